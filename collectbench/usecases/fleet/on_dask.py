"""The one place that knows Dask, beside what runs on workers (`task.py`): a cluster that somebody has started."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from collectbench.model.errors import UsageError
from collectbench.usecases.fleet.cluster import (
    PATIENCE_S,
    RESOURCE,
    ClusterLostError,
    Member,
    Pending,
    State,
    first_line,
)

CONNECT_S = 15.0
"""How long a scheduler may take to answer for the first time."""


class _Task:
    """A future of Dask as a `Pending`."""

    def __init__(self, future: Any) -> None:
        self.future = future

    def state(self) -> State:
        status = self.future.status
        if status == "error":
            from distributed.scheduler import KilledWorker

            return State.KILLED if isinstance(self._exception(), KilledWorker) else State.FAILED
        return {"pending": State.RUNS, "finished": State.DONE}.get(status, State.LOST)

    def result(self) -> str:
        if self.future.status == "error":
            error = self._exception()
            return f"{type(error).__name__}: {error}".partition("\n")[0]
        try:
            return str(self.future.result(timeout=PATIENCE_S))
        except Exception:  # noqa: BLE001 - the worker has died with it; Dask has a class for each way
            return ""

    def _exception(self) -> BaseException | None:
        error: BaseException | None = self.future.exception(timeout=PATIENCE_S)
        return error


class DaskCluster:
    """A cluster of Dask that runs already."""

    def __init__(self, address: str) -> None:
        """Connect to the scheduler at an address such as `tcp://10.0.0.1:8786`.

        Raises:
            UsageError: Dask is not installed, or no scheduler answers there.
        """
        try:
            from distributed import Client
        except ImportError as error:
            raise UsageError(
                f"--dask: Dask is not installed here ({error}); pip install 'collectbench[fleet]' installs it"
            ) from error
        try:
            self._client: Any = Client(  # type: ignore[no-untyped-call]
                address, timeout=CONNECT_S, set_as_default=False, name="collectbench"
            )
        except (OSError, ValueError, ImportError, TypeError) as error:
            raise UsageError(
                f"--dask {address}: no scheduler answers there ({first_line(error)}); give the address that "
                "`dask scheduler` prints"
            ) from error

    def members(self) -> Mapping[str, Member]:
        """See `Cluster`."""
        try:
            found = self._client.sync(self._client.scheduler.identity, n_workers=-1, callback_timeout=PATIENCE_S)
        except Exception as error:
            raise ClusterLostError(f"--dask: the scheduler does not answer any more ({first_line(error)})") from error
        return {
            address: Member(
                address=address,
                name=str(worker["name"]),
                measures=worker.get("resources", {}).get(RESOURCE, 0) >= 1,
            )
            for address, worker in found["workers"].items()
        }

    def submit(self, expression: str, address: str, key: str) -> Pending:
        """See `Cluster`."""
        future = self._client.submit(
            eval,
            expression,
            key=key,
            workers=[address],
            allow_other_workers=False,
            resources={RESOURCE: 1},
            pure=False,
        )
        return _Task(future)

    def tell(
        self, expression: str, addresses: Sequence[str], chunk: bytes = b"", patience_s: float = PATIENCE_S
    ) -> Mapping[str, object]:
        """See `Cluster`."""
        if not addresses:
            return {}
        groups = [list(addresses)] if chunk else [[address] for address in addresses]  # a chunk is sent once
        try:
            told: Sequence[Mapping[str, object]] = self._client.sync(
                self._tell_all, expression, groups, chunk, patience_s
            )
        except Exception as error:  # noqa: BLE001 - as in `_tell`
            return dict.fromkeys(addresses, error)
        return {address: answer for answers in told for address, answer in answers.items()}

    async def _tell_all(
        self, expression: str, groups: Sequence[Sequence[str]], chunk: bytes, patience_s: float
    ) -> Sequence[Mapping[str, object]]:
        """Tell groups of workers at once. One that does not answer in time costs the answers of its group."""
        import asyncio

        return await asyncio.gather(*(self._tell(expression, group, chunk, patience_s) for group in groups))

    async def _tell(
        self, expression: str, addresses: Sequence[str], chunk: bytes, patience_s: float
    ) -> Mapping[str, object]:
        import asyncio

        names = {"chunk": chunk} if chunk else {"chunk": b"", "worker": addresses[0]}
        running = self._client.run(eval, expression, names, workers=list(addresses), on_error="return")
        try:
            answers = await asyncio.wait_for(running, patience_s)
        except asyncio.TimeoutError:
            return dict.fromkeys(addresses, TimeoutError(f"no answer within {patience_s:.0f} s"))
        except Exception as error:  # noqa: BLE001 - Dask has a class for each way in which nobody answers
            return dict.fromkeys(addresses, error)
        return {address: answers.get(address, OSError("no answer")) for address in addresses}

    def cancel(self, tasks: Iterable[Pending]) -> None:
        """See `Cluster`."""
        futures = [task.future for task in tasks if isinstance(task, _Task)]
        if futures:
            with contextlib.suppress(Exception):  # Dask has a class for each way in which the scheduler is gone
                self._client.cancel(futures, force=True)

    def close(self) -> None:
        """See `Cluster`."""
        self._client.close(timeout=PATIENCE_S)
