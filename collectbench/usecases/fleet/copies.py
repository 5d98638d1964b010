"""The copies of the user's tree that workers have: sent, unpacked, kept, and deleted at the end."""

from __future__ import annotations

import json
from collections.abc import Sequence

from collectbench.measure.process.interruption import raise_if_interrupted
from collectbench.usecases.fleet.archive import Archive
from collectbench.usecases.fleet.cluster import QUICK_S, Pending, State, begin_copy, call, first_line, receive_chunk
from collectbench.usecases.fleet.crew import PAUSE_S, Crew
from collectbench.usecases.fleet.worker import Worker

CHUNK_BYTES = 4 * 2**20
"""What is sent at once: so much more memory an archive takes here, in the scheduler and in a worker."""

CLEAN_S = 40.0
"""How long workers may take to end what runs and to delete their copies."""

RENEWED_EACH_S = 30.0
"""How often workers hear from the client; see LEASE_S in attendant_program.py."""

MOST_COPIES = 4
"""A worker that loses each copy of the tree, for instance since something kills all programs there, gets so many."""


def send_copies(crew: Crew, archive: Archive) -> None:
    """Send the tree to the workers that have none, each part to all of them at once, and let them unpack it.

    Raises:
        Interrupted: a signal arrived.
    """
    receiving = [worker for worker in crew.workers.values() if not worker.has_copy]
    if not receiving:
        return
    for worker in receiving:
        worker.has_copy = True
        worker.copies += 1
    receiving = _begun(crew, receiving)
    size = 0
    with archive.file.open("rb") as content:
        while receiving and (chunk := content.read(CHUNK_BYTES)):
            raise_if_interrupted()
            renew_copies(crew)
            size += len(chunk)
            receiving = _received(crew, receiving, chunk, size)
    for worker in receiving:
        expression = call("unpack", crew.session, archive.digest)
        worker.unpacking = crew.cluster.submit(expression, worker.address, crew.new_key())


def see_unpacked(crew: Crew) -> None:
    """Note which copies are unpacked. A worker that cannot do that takes no part; a copy that is lost is sent again."""
    for worker in list(crew.workers.values()):
        if worker.unpacking is None or worker.unpacking.state() is State.RUNS:
            continue
        answer = read_answer(worker.unpacking)
        worker.unpacking = None
        worker.is_ready = "unpacked" in answer
        if "lost" in answer:
            lose_copy(crew, worker, str(answer["lost"]))
        elif not worker.is_ready:
            drop_worker(crew, worker, str(answer.get("error")))


def renew_copies(crew: Crew) -> None:
    """Let all workers that have a copy know from time to time that this command still lives.

    A task may wait there for those of other clients. An idle worker whose copy is gone gets another one; what becomes
    of the others, the answer to their task tells. Workers that take no part any more are told to delete theirs.
    """
    if crew.dismissed:
        told, crew.dismissed = crew.dismissed, []
        crew.cluster.tell(call("stop", crew.session), [worker.address for worker in told], patience_s=QUICK_S)
    if crew.now_s() - crew.renewed_s < RENEWED_EACH_S:
        return
    keepers = [worker for worker in crew.workers.values() if worker.has_copy]
    addresses = [worker.address for worker in keepers]
    answers = crew.cluster.tell(call("renew", crew.session), addresses, patience_s=QUICK_S)
    for worker in keepers:
        if answers[worker.address] is False and worker.is_ready and not worker.tasks:
            lose_copy(crew, worker, "its copy of the working tree is gone")
    crew.renewed_s = crew.now_s()


def lose_copy(crew: Crew, worker: Worker, reason: str) -> None:
    """A copy is gone. The worker gets another one, unless that has happened too often."""
    worker.lose_copy()
    if worker.copies >= MOST_COPIES:
        drop_worker(crew, worker, f"{reason}, {MOST_COPIES} times")


def drop_worker(crew: Crew, worker: Worker, reason: str) -> None:
    """Let a worker take part no longer, and let it delete its copy."""
    crew.set_aside(worker, reason)
    crew.leaving.append(worker)
    crew.dismissed.append(worker)


def delete_copies(crew: Crew) -> None:
    """Withdraw what runs, let each worker end it and delete its copy, and wait for that.

    A worker that has died is cleaned by its attendant.
    """
    tasks = [task for worker in crew.workers.values() for task in worker.tasks]
    crew.cluster.cancel([*tasks, *crew.inspections])
    left = {worker.address: worker for worker in (*crew.workers.values(), *crew.leaving) if worker.has_copy}
    crew.cluster.tell(call("stop", crew.session), list(left), patience_s=QUICK_S)
    deadline_s = crew.now_s() + CLEAN_S
    while left and crew.now_s() < deadline_s:
        answers = crew.cluster.tell(call("is_gone", crew.session), list(left), patience_s=QUICK_S)
        left = {address: worker for address, worker in left.items() if answers[address] is False}
        if left:
            crew.clock.sleep(PAUSE_S)
    for worker in left.values():
        crew.say(
            f"note: worker {worker.facts.label} has not deleted its copy yet (collectbench-worker-* in its TMPDIR)"
        )


def read_answer(task: Pending) -> dict[str, object]:
    """Return the JSON object that a finished task has returned; `lost` or `error` in it says that there is none."""
    text = task.result()
    if task.state() is State.KILLED:
        return {"lost": text}
    if task.state() is State.FAILED:
        return {"error": text}
    try:
        found: dict[str, object] = json.loads(text)
    except ValueError:
        return {"lost": "its answer was lost"}
    return found


def _begun(crew: Crew, workers: Sequence[Worker]) -> list[Worker]:
    """Those of the workers that have a directory for the tree now. Others take no part."""
    answers = crew.cluster.tell(begin_copy(crew.session), [worker.address for worker in workers])
    begun = []
    for worker in workers:
        answer = answers[worker.address]
        if isinstance(answer, ValueError):  # the session is another worker's, which must not stop
            crew.set_aside(worker, str(answer))
        elif isinstance(answer, Exception):
            drop_worker(crew, worker, first_line(answer))
        else:
            begun.append(worker)
    return begun


def _received(crew: Crew, workers: Sequence[Worker], chunk: bytes, size: int) -> list[Worker]:
    """Those of the workers that have all of the archive that was sent, `size` bytes. Others take no part.

    The answers of all are lost if one takes too long. Then each is asked how much it has.
    """
    addresses = [worker.address for worker in workers]
    answers = crew.cluster.tell(receive_chunk(crew.session), addresses, chunk)
    sizes = answers
    if all(isinstance(answer, Exception) for answer in answers.values()):
        renew_copies(crew)
        sizes = crew.cluster.tell(receive_chunk(crew.session), addresses)
    received = []
    for worker in workers:
        if sizes[worker.address] == size:
            received.append(worker)
        else:
            answer = answers[worker.address]
            reason = first_line(answer) if isinstance(answer, Exception) else f"it got {answer} of {size} bytes"
            drop_worker(crew, worker, reason)
    return received
