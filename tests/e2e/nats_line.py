"""nats_line.py - a NATS server of our own for a story, and a client that speaks
just enough to make a stream and to read it. Knows nothing of hvconsole."""
import base64
import json
import os
import shutil
import signal
import socket
import subprocess
import threading

from wire import wait_until
from world import expect

# Debian puts it where only root's path leads.
BINARY = shutil.which('nats-server') or shutil.which('nats-server', path='/usr/sbin:/sbin')


def free_port():
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]


class Server:
    """One place and one port, through any number of starts."""

    def __init__(self, place):
        os.makedirs(place, exist_ok=True)
        self.place = place
        self.port = free_port()
        self.process = None

    def start(self, *args):
        self.process = subprocess.Popen(
            [BINARY, '-a', '127.0.0.1', '-p', str(self.port), '-l',
             os.path.join(self.place, 'log'), '-js', '-sd', self.place, *args],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_until(self.serves, 'nats-server does not serve', 30)

    def serves(self):
        expect(self.process.poll() is None, 'nats-server ended by itself')
        try:
            socket.create_connection(('127.0.0.1', self.port), 1).close()
            return True
        except OSError:
            return False

    def send(self, number):
        self.process.send_signal(number)

    def stop(self, number=signal.SIGKILL):
        if self.process:
            self.process.send_signal(number)
            self.process.wait(30)
            self.process = None


class Relay:
    """Stands before a server on a port of its own. Hushed, it still carries what
    clients say, and no answer: what they sent is there, and they never learn."""

    def __init__(self, target):
        self.target = target
        self.is_hushed = False
        self.door = socket.create_server(('127.0.0.1', 0))
        self.port = self.door.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            inside, _ = self.door.accept()
            try:
                outside = socket.create_connection(('127.0.0.1', self.target))
            except OSError:
                inside.close()
                continue
            for pair in ((inside, outside, False), (outside, inside, True)):
                threading.Thread(target=self.carry, args=pair, daemon=True).start()

    def carry(self, source, sink, is_answer):
        """Until one side ends; then the other as well."""
        try:
            while data := source.recv(65536):
                if not (is_answer and self.is_hushed):
                    sink.sendall(data)
        except OSError:
            pass
        for one in (source, sink):
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


class Client:
    """One connection; request and reply, one after the other."""

    def __init__(self, port, tls=None):
        self.socket = socket.create_connection(('127.0.0.1', port), 30)
        self.file = self.socket.makefile('rb')
        expect(self.file.readline().startswith(b'INFO '), 'no INFO of nats-server')
        if tls:
            self.socket = tls.wrap_socket(self.socket)
            self.file = self.socket.makefile('rb')
        self.number = 0
        self.socket.sendall(b'CONNECT {"verbose":false,"headers":true,"no_responders":true}\r\n'
                            b'SUB _INBOX.story.* 1\r\n')

    def ask(self, subject, question):
        self.number += 1
        inbox = '_INBOX.story.%d' % self.number
        body = json.dumps(question).encode()
        self.socket.sendall(b'PUB %s %s %d\r\n%s\r\n'
                            % (subject.encode(), inbox.encode(), len(body), body))
        while True:
            words = self.file.readline().decode().split()
            expect(words, 'nats-server went away')
            if words[0] == 'PING':
                self.socket.sendall(b'PONG\r\n')
            elif words[0] in ('MSG', 'HMSG'):
                answer = self.file.read(int(words[-1]) + 2)
                expect(words[0] == 'MSG', 'nobody answers %s: %r' % (subject, answer))
                if words[1] == inbox:
                    return json.loads(answer)
            elif words[0] == '-ERR':
                expect(False, ' '.join(words))

    def make_stream(self, name, subjects, window_s=3600):
        answer = self.ask('$JS.API.STREAM.CREATE.' + name,
                          {'name': name, 'subjects': subjects, 'retention': 'limits',
                           'storage': 'file', 'discard': 'old', 'num_replicas': 1,
                           'max_consumers': -1, 'max_msgs': -1, 'max_bytes': -1,
                           'duplicate_window': window_s * 10 ** 9})
        expect('error' not in answer, str(answer))

    def count(self, name):
        return self.ask('$JS.API.STREAM.INFO.' + name, {})['state']['messages']

    def messages(self, name):
        """All of a stream, in its order: (subject, headers, body)."""
        out = []
        for n in range(1, self.count(name) + 1):
            m = self.ask('$JS.API.STREAM.MSG.GET.' + name, {'seq': n})['message']
            lines = base64.b64decode(m.get('hdrs', '')).decode().split('\r\n')
            headers = dict(line.split(': ', 1) for line in lines if ': ' in line)
            out.append((m['subject'], headers, base64.b64decode(m.get('data', ''))))
        return out

    def close(self):
        self.file.close()
        self.socket.close()
