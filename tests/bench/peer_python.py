"""peer_python.py - python3's http.server with TLS, an HMAC check and one SQLite
commit a message: what a handler written in an afternoon does.
usage: peer_python.py PORT CERT KEY SECRET DATABASE"""
import hashlib
import hmac
import http.server
import socketserver
import sqlite3
import ssl
import sys
import threading

PORT, CERT, KEY, SECRET, DATABASE = sys.argv[1:6]
local = threading.local()


def database():
    if not hasattr(local, 'db'):
        local.db = sqlite3.connect(DATABASE, timeout=30)
        local.db.execute('PRAGMA journal_mode=WAL')
        local.db.execute('PRAGMA synchronous=FULL')
        local.db.execute('CREATE TABLE IF NOT EXISTS m (id INTEGER PRIMARY KEY, body BLOB)')
    return local.db


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    disable_nagle_algorithm = True

    def do_POST(self):
        body = self.rfile.read(int(self.headers['Content-Length']))
        wanted = 'sha256=' + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
        good = hmac.compare_digest(wanted, self.headers.get('X-Signature', ''))
        if good:
            with database() as db:
                db.execute('INSERT INTO m(body) VALUES (?)', (body,))
        self.send_response(200 if good else 401)
        self.send_header('Content-Length', '0')
        self.end_headers()

    def log_message(self, *_):
        pass


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    request_queue_size = 1024


database()
server = Server(('127.0.0.1', int(PORT)), Handler)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(CERT, KEY)
server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
server.serve_forever()
