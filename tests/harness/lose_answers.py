#!/usr/bin/env python3
"""lose_answers.py LISTEN SERVER NUMBER=WHAT...: a PostgreSQL server's socket, at which chosen COMMITs go wrong.

LISTEN and SERVER are paths of Unix sockets. COMMITs are counted over all connections from 1. WHAT happens to number NUMBER:
  answer    the server commits, and the connection is cut before the client hears of it
  request   the connection is cut before the server hears of it: it rolls back
  late      the client's side is cut first; the server is asked a moment later, and commits
Prints a line for each. Ends with the process that started it."""
import ctypes
import os
import signal
import socket
import struct
import sys
import threading
import time

LATE_S = 1.0

faults = {int(number): what for number, what in (argument.split("=") for argument in sys.argv[3:])}
lock = threading.Lock()
commits = 0


def fault_of_next_commit():
    global commits
    with lock:
        commits += 1
        if commits in faults:
            print(f"COMMIT {commits}: {faults[commits]}", flush=True)
        return faults.get(commits)


def cut(*sides):
    for side in sides:
        try:
            side.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


class Session:
    def __init__(self, client):
        self.client = client
        self.server = socket.socket(socket.AF_UNIX)
        self.server.connect(sys.argv[2])
        self.loses_answer = False

    def requests(self):
        """Client to server, message by message: type, length, body; the first one has no type."""
        pending, started = b"", False
        while data := self.client.recv(65536):
            pending += data
            while True:
                head = 1 if started else 0
                if len(pending) < head + 4:
                    break
                length = head + struct.unpack_from("!I", pending, head)[0]
                if len(pending) < length:
                    break
                message, pending, started = pending[:length], pending[length:], True
                if head and not self.forward(message):
                    return
                if not head:
                    self.server.sendall(message)
        cut(self.server)

    def forward(self, message):
        is_commit = message[:1] == b"Q" and message[5:-1].strip().split(b"\n")[-1].lower() == b"commit"
        fault = fault_of_next_commit() if is_commit else None
        if fault == "request":
            cut(self.client, self.server)
            return False
        if fault == "late":
            cut(self.client)
            time.sleep(LATE_S)
        self.loses_answer = fault == "answer"
        self.server.sendall(message)
        return True

    def answers(self):
        try:
            while data := self.server.recv(65536):
                if self.loses_answer:
                    break
                self.client.sendall(data)
        except OSError:
            pass
        cut(self.client)

    def run(self):
        threading.Thread(target=self.answers, daemon=True).start()
        try:
            self.requests()
        except OSError:
            cut(self.client, self.server)


PR_SET_PDEATHSIG = 1
ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
listener = socket.socket(socket.AF_UNIX)
listener.bind(sys.argv[1])
os.chmod(sys.argv[1], 0o777)
listener.listen(16)
print("listening", flush=True)
while True:
    threading.Thread(target=Session(listener.accept()[0]).run, daemon=True).start()
