"""A client for rankserver: Python 3.9 or later, standard library only. Copy this file beside your program.

    import asyncio
    from rankclient import RankClient, Refused

    async def hello(args):
        return {"code": 0, "stdout": "Hello, " + " ".join(args)}

    async def main():
        async with RankClient("127.0.0.1", 6001, name="web1", commands={"hello": hello}) as client:
            print("rank", client.place["rank"])
            try:
                summary = await client.run("hello", "world")  # by all clients below this one
                for result in summary["results"]:
                    print(result["name"], result["status"], result.get("stdout", ""))
            except Refused as error:  # for example, because there is no client below
                print("refused:", error)
            await client.closed()  # until then it executes what it is sent, and reconnects with its seat

    asyncio.run(main())

TLS: RankClient(..., tls=ssl.create_default_context(cafile="ca.pem")). Tokens: RankClient(..., token="...").
"""

from __future__ import annotations

import asyncio
import itertools
import json
import random
import ssl
from typing import Any, Awaitable, Callable, Dict, List, Mapping, Optional, Tuple

NOT_ALLOWED, METHOD_NOT_FOUND, FAILED = -32003, -32601, -32000
MAX_LINE_BYTES = 32 * 1024 * 1024
CONNECT_TIMEOUT_S, SILENCE_S, CLOSE_TIMEOUT_S = 10.0, 20.0, 1.0
MIN_WAIT_S, MAX_WAIT_S = 0.1, 10.0  # between attempts to connect
SEAT_GONE = {"left", "replaced", "revoked", "evicted"}  # after these close reasons a seat cannot be resumed

Params = Dict[str, Any]
# Takes the arguments of a command, executes it and returns the result, such as {"code": 0, "stdout": "..."}. Raises
# Refused if the command is not allowed. It is cancelled when the result is no longer needed.
Handler = Callable[[List[str]], Awaitable[Params]]


class Refused(Exception):
    """An error of the server, whose protocol has `reason` for it; or raised by a handler, that of this client."""

    def __init__(self, message: str, reason: str = "not_allowed") -> None:
        super().__init__(message)
        self.reason = reason


class RankClient:
    """One client. `place` has its rank, ticket, epoch and the number of members; None without a seat."""

    def __init__(
        self, host: str, port: int = 6001, *, name: Optional[str] = None, token: Optional[str] = None,
        tls: Optional[ssl.SSLContext] = None, commands: Optional[Mapping[str, Handler]] = None, reconnects: bool = True,
        on_event: Callable[[str, Params], None] = lambda method, params: None,
    ) -> None:
        """`on_event` gets the method and params of each notification and of `execute`; and "disconnected"."""
        self.place: Optional[Params] = None
        self._address, self._name, self._token, self._tls = (host, port), name, token, tls
        self._commands, self._reconnects, self._on_event = dict(commands or {}), reconnects, on_event
        self._ids = itertools.count(1)
        self._pending: Dict[Any, Tuple[str, asyncio.Future[Params]]] = {}  # our requests: method and answer
        self._executing: Dict[Any, asyncio.Task[None]] = {}  # by the id of `execute`
        self._resume: Optional[str] = None  # takes the seat back: a secret
        self._writer: Optional[asyncio.StreamWriter] = None
        self._is_final = self._is_leaving = False  # final: connecting again cannot help

    async def join(self) -> Params:
        """Connects and waits for a seat. Returns `place`; raises ConnectionError if there is no use in trying again."""
        self._seated: asyncio.Future[Params] = asyncio.get_running_loop().create_future()
        self._ended = asyncio.ensure_future(self._stay_connected())
        await asyncio.wait({self._seated, self._ended}, return_when=asyncio.FIRST_COMPLETED)
        if not self._seated.done():
            raise ConnectionError(self._ended.result())
        return self._seated.result()

    async def closed(self) -> str:
        """Waits until this client has ended, and returns why."""
        return await asyncio.shield(self._ended)

    async def run(self, command: str, *args: str, **options: Any) -> Params:
        """Sends a command and returns the summary. Options are params of `run`: to=[1], to_names=["web1"], ...
        Raises Refused, or ConnectionError: then the outcome is unknown."""
        return await self.request("run", command=command, args=list(args), **options)

    async def request(self, method: str, **params: Any) -> Params:
        """Sends a request of the protocol and returns its result. Raises Refused or ConnectionError."""
        id, done = next(self._ids), asyncio.get_running_loop().create_future()
        self._pending[id] = (method, done)
        try:
            await self._send(id=id, method=method, params=params)
            return await done
        finally:
            del self._pending[id]

    async def notify(self, method: str, **params: Any) -> None:
        """Sends a notification, such as notify("run", command="uptime"). There is no answer."""
        await self._send(method=method, params=params)

    async def close(self) -> None:
        """Leaves: the server does not keep the seat."""
        self._is_leaving = True
        try:
            await self.notify("leave")
            await asyncio.wait({self._ended}, timeout=CLOSE_TIMEOUT_S)
        except ConnectionError:
            pass  # not connected
        self._ended.cancel()
        await asyncio.wait({self._ended})

    async def __aenter__(self) -> RankClient:
        await self.join()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def _stay_connected(self) -> str:
        wait_s = MIN_WAIT_S
        while True:
            self._closing: Params = {}  # what the server says before it closes the connection
            try:
                why = await self._connect_once()
            except (OSError, asyncio.TimeoutError, ValueError) as error:  # ValueError: not JSON, or too long a line
                why = str(error) or "the server does not respond"
            if self._is_leaving:
                return "this client has left"
            why = self._closing.get("message", why)
            if self._closing.get("reason") in SEAT_GONE:
                self._resume = None
            wait_s = MIN_WAIT_S if self.place else min(MAX_WAIT_S, wait_s * 2)
            self.place = None
            self._on_event("disconnected", {**self._closing, "message": why})
            if self._is_final or not self._reconnects:
                return why
            await asyncio.sleep(self._closing.get("retry_after_ms", 0) / 1000 + random.uniform(0, wait_s))

    async def _connect_once(self) -> str:
        host, port = self._address
        opening = asyncio.open_connection(host, port, ssl=self._tls, limit=MAX_LINE_BYTES)
        reader, writer = await asyncio.wait_for(opening, CONNECT_TIMEOUT_S)
        self._writer, self._draining = writer, asyncio.Lock()  # two drain() at a time are an error in Python 3.9
        try:
            self._greet()
            is_silent = False
            while True:
                try:
                    line = await asyncio.wait_for(reader.readline(), SILENCE_S)
                except asyncio.TimeoutError:
                    if is_silent:
                        raise
                    is_silent = True
                    self._write(id="alive", method="ping", params={})
                    continue
                is_silent = False
                if not line.endswith(b"\n"):
                    return "the server closed the connection"
                if line.strip():
                    self._take(json.loads(line))
        finally:
            self._writer = None
            writer.close()
            for task in self._executing.values():
                task.cancel()
            for _, done in self._pending.values():
                if not done.done():
                    done.set_exception(ConnectionError("the connection was lost"))

    def _greet(self) -> None:
        params = {"name": self._name, "token": self._token, "resume": self._resume}
        self._hello: Optional[int] = next(self._ids)  # None once it is answered: until then, `welcome` is only an offer
        self._offer: Params = {}
        self._write(id=self._hello, method="hello", params={k: v for k, v in params.items() if v is not None})

    def _take_hello(self, message: Params) -> None:
        self._hello, offer = None, self._offer
        if "result" in message:  # a resume token comes once, with `welcome` or with this answer
            welcome = message["result"]
            return self._sit({**offer, **welcome} if offer.get("ticket") == welcome["ticket"] else welcome)
        data = message["error"].get("data", {})
        if data.get("reason") != "unauthenticated":
            return self._sit(offer) if offer else None  # without an offer: in the waiting room
        if self._resume is None or data.get("rule") == "token":
            self._is_final = True  # the server closes the connection
            return
        self._resume = None  # the old seat is gone, but the one on offer is ours
        self._greet()
        self._offer = offer

    def _sit(self, welcome: Params) -> None:
        if "resume" in welcome or self.place is None or self.place["ticket"] != welcome["ticket"]:
            self._resume = welcome.get("resume")
        self.place = {key: welcome[key] for key in ("rank", "ticket", "epoch", "members")}
        if not self._seated.done():
            self._seated.set_result(self.place)
        self._on_event("welcome", welcome)

    def _take(self, message: Params) -> None:
        method, id, params = message.get("method"), message.get("id"), message.get("params", {})
        if method is None:
            if id is not None and id == self._hello:
                return self._take_hello(message)
            asked, done = self._pending.get(id, ("", None))
            if done is None or done.done():
                return
            if "error" in message:
                error = message["error"]
                return done.set_exception(Refused(error["message"], error.get("data", {}).get("reason", "")))
            if asked == "yield":  # the only news of the new seat
                self._sit(message["result"])
            return done.set_result(message["result"])
        if method == "welcome":
            if self._hello is None:
                return self._sit(params)
            self._offer = params
            return
        if method == "promoted":
            place = self._offer if self.place is None else self.place
            place.update({key: params[key] for key in ("rank", "epoch", "members")})
        elif method == "closing":
            self._closing = params
        elif method == "cancel" and params["id"] in self._executing:
            self._executing[params["id"]].cancel()
        elif method == "execute":
            key = object() if id is None else id
            self._executing[key] = task = asyncio.ensure_future(self._execute(id, params["command"], params["args"]))
            task.add_done_callback(lambda _: self._executing.pop(key, None))
        elif id is not None:
            known = {"result": {}} if method == "ping" else {
                "error": {"code": METHOD_NOT_FOUND, "message": f'Unknown method "{method}"'}}
            return self._write(id=id, **known)
        self._on_event(method, params)

    async def _execute(self, id: Any, command: str, args: List[str]) -> None:
        try:
            if command not in self._commands:
                raise Refused(f'"{command}" is unknown to this client')
            answer = {"result": await self._commands[command](args)}
        except Refused as error:
            answer = {"error": {"code": NOT_ALLOWED, "message": str(error)}}
        except Exception as error:
            answer = {"error": {"code": FAILED, "message": str(error) or type(error).__name__}}
        if id is not None:  # otherwise it is a notification
            try:
                await self._send(id=id, **answer)
            except ConnectionError:
                pass  # the server knows this executor as lost

    async def _send(self, **message: Any) -> None:
        writer = self._writer
        self._write(**message)
        async with self._draining:
            if writer is not None and writer is self._writer:
                await writer.drain()

    def _write(self, **message: Any) -> None:
        if self._writer is None:
            raise ConnectionError("there is no connection")
        self._writer.write(json.dumps({"jsonrpc": "2.0", **message}).encode() + b"\n")
