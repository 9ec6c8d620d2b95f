"""wire.py - raw connections to a listener, and a subscription to sign for: what
the stories about the door share. Sends exactly the bytes it is given."""
import base64
import os
import socket
import ssl

from world import expect, notification, sign


def is_long():
    return os.environ.get('HV_TEST_LONG') == 'true'


def tls_context(version=None):
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    if version:
        context.minimum_version = context.maximum_version = version
    return context


class Line:
    """One connection; bytes in, bytes out, every wait with an end."""

    def __init__(self, port, tls=True, timeout=60, host='127.0.0.1', context=None, raw=None):
        self.socket = raw or socket.create_connection((host, port), timeout)
        self.rest = b''
        if tls:
            self.socket = (context or tls_context()).wrap_socket(
                self.socket, suppress_ragged_eofs=True)

    def send(self, data):
        self.socket.sendall(data)

    def half_close(self):
        socket.socket.shutdown(self.socket, socket.SHUT_WR)    # TLS knows nothing of it

    def to_end(self):
        """Everything up to the end of the connection."""
        out = self.rest
        try:
            while True:
                more = self.socket.recv(65536)
                if not more:
                    return out
                out += more
        except (ConnectionResetError, BrokenPipeError, ssl.SSLError):
            return out

    def answer(self):
        """(status, headers, body) of the next answer; None at the end."""
        while b'\r\n\r\n' not in self.rest:
            try:
                more = self.socket.recv(65536)
            except (ConnectionResetError, BrokenPipeError, ssl.SSLError):
                more = b''
            if not more:
                return None
            self.rest += more
        head, self.rest = self.rest.split(b'\r\n\r\n', 1)
        lines = head.decode('latin-1').split('\r\n')
        headers = {}
        for line in lines[1:]:
            name, value = line.split(':', 1)
            headers[name.lower()] = value.strip()
        length = int(headers.get('content-length', 0))
        while len(self.rest) < length:
            self.rest += self.socket.recv(65536)
        body, self.rest = self.rest[:length], self.rest[length:]
        return int(lines[0].split()[1]), headers, body

    def close(self):
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *ignored):
        self.close()


class Sub:
    """A subscription of the world's sandbox whose key this test knows."""

    def __init__(self, world, version='v-1'):
        self.key = os.urandom(64)
        self.version = version
        name = world.path('key-%s' % version)
        with open(name, 'w', encoding='utf-8') as f:
            f.write(base64.b64encode(self.key).decode() + '\n')
        os.chmod(name, 0o600)
        self.id = world.json('sub', 'create', '--type', 'weight', '--url',
                             world.notify_url(), '--key-version', version, '--key-file',
                             name)['id']

    def body(self, thing, **more):
        return notification(self.id, thing, **more)

    def sign(self, body):
        return sign(self.key, self.id, self.version, body)

    def request(self, body, auth=None, path='/hv/notify', more=''):
        """A whole request; keep-alive unless @more says otherwise."""
        head = ('POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/xml\r\n'
                'Content-Length: %d\r\nAuthorization: %s\r\n%s\r\n'
                % (path, len(body), auth or self.sign(body), more))
        return head.encode() + body


def thing(number):
    return 'a7c3e5d1-0b42-4f69-8e17-%012x' % number


def serve_one(world, sub, number):
    """One good notification on a connection of its own."""
    body = sub.body(thing(number))
    status = world.post(sub.sign(body), body)
    expect(status == 200, 'a good one is answered %d' % status)
    return body


def count_files(pid):
    return len(os.listdir('/proc/%d/fd' % pid))


def rss_kib(pid):
    with open('/proc/%d/status' % pid, encoding='utf-8') as f:
        for line in f:
            if line.startswith('VmRSS:'):
                return int(line.split()[1])
    return 0


def wait_until(what, text, timeout=30):
    """Asks again until it is true; for states that tell nobody of their change.
    @text may be a function, when what is wrong is known at the end only."""
    import select
    import time
    end = time.monotonic() + timeout
    while not what():
        expect(time.monotonic() < end, text() if callable(text) else text)
        select.select([], [], [], 0.02)
