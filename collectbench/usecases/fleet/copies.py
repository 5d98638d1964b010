"""The copies of the user's tree that workers have: sent, unpacked, kept, and deleted at the end."""

from __future__ import annotations

import json
from collections.abc import Sequence

from collectbench.measure.process.interruption import raise_if_interrupted
from collectbench.usecases.fleet.archive import Archive
from collectbench.usecases.fleet.cluster import Pending, State, call, receive_chunk
from collectbench.usecases.fleet.crew import PAUSE_S, Crew
from collectbench.usecases.fleet.worker import Worker

CHUNK_BYTES = 4 * 2**20
"""What is sent at once: so much more memory an archive takes here, in the scheduler and in a worker."""

CLEAN_S = 40.0
"""How long workers may take to end what runs and to delete their copies."""


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
    receiving = _told(crew, receiving, call("begin", crew.session))
    with archive.file.open("rb") as content:
        while receiving and (chunk := content.read(CHUNK_BYTES)):
            raise_if_interrupted()
            receiving = _told(crew, receiving, receive_chunk(crew.session), chunk)
    for worker in receiving:
        expression = call("unpack", crew.session, archive.digest)
        worker.unpacking = crew.cluster.submit(expression, worker.address, crew.new_key())


def see_unpacked(crew: Crew) -> None:
    """Note which copies are unpacked. A worker that cannot do that takes no part."""
    for worker in list(crew.workers.values()):
        if worker.unpacking is None or worker.unpacking.state() is State.RUNS:
            continue
        answer = read_answer(worker.unpacking)
        worker.unpacking = None
        if "unpacked" not in answer:
            drop_worker(crew, worker, str(answer.get("error") or answer.get("lost")))


def renew_copies(crew: Crew) -> None:
    """Let idle workers know that this command still lives. One whose copy is gone gets another one."""
    idle = [worker for worker in crew.workers.values() if worker.is_ready and worker.measuring is None]
    answers = crew.cluster.tell(call("renew", crew.session), [worker.address for worker in idle])
    for worker in idle:
        if answers[worker.address] is False:
            worker.has_copy = False


def drop_worker(crew: Crew, worker: Worker, reason: str) -> None:
    """Let a worker take part no longer, and let it delete its copy."""
    crew.set_aside(worker, reason)
    crew.leaving.append(worker)
    crew.cluster.tell(call("stop", crew.session), [worker.address])


def delete_copies(crew: Crew) -> None:
    """Withdraw what runs, let each worker end it and delete its copy, and wait for that.

    A worker that has died is cleaned by its attendant.
    """
    tasks = [task for worker in crew.workers.values() for task in worker.tasks]
    crew.cluster.cancel([*tasks, *crew.inspections])
    left = {worker.address: worker for worker in (*crew.workers.values(), *crew.leaving) if worker.has_copy}
    crew.cluster.tell(call("stop", crew.session), list(left))
    deadline_s = crew.now_s() + CLEAN_S
    while left and crew.now_s() < deadline_s:
        answers = crew.cluster.tell(call("is_gone", crew.session), list(left))
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


def _told(crew: Crew, workers: Sequence[Worker], expression: str, chunk: bytes = b"") -> list[Worker]:
    """Those of the workers that did as they were told. Others take no part."""
    answers = crew.cluster.tell(expression, [worker.address for worker in workers], chunk)
    done = []
    for worker in workers:
        answer = answers[worker.address]
        if isinstance(answer, Exception):
            drop_worker(crew, worker, str(answer).partition("\n")[0] or type(answer).__name__)
        else:
            done.append(worker)
    return done
