"""landing.py - the action URL of an application in a test: a tiny HTTP server
that keeps what browsers bring."""
import http.server
import queue
import threading
import urllib.parse

from world import Failed


class Landing:
    def __init__(self):
        visits = self.visits = queue.Queue()

        class Handler(http.server.BaseHTTPRequestHandler):
            def answer(self, body=b''):
                parts = urllib.parse.urlsplit(self.path)
                if parts.path == '/hv/action':
                    visits.put((parts.path, urllib.parse.parse_qsl(parts.query),
                                urllib.parse.parse_qsl(body.decode())))
                page = b'<!DOCTYPE html><title>application</title><p>landed'
                self.send_response(200)
                self.send_header('Content-Type', 'text/html')
                self.send_header('Content-Length', str(len(page)))
                self.end_headers()
                self.wfile.write(page)

            def do_GET(self):
                self.answer()

            def do_POST(self):
                self.answer(self.rfile.read(int(self.headers['Content-Length'])))

            def log_message(self, *args):
                pass

        self.server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
        self.url = 'http://127.0.0.1:%d/hv/action' % self.server.server_port

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *args):
        self.server.shutdown()
        self.server.server_close()

    def take(self):
        """The oldest visit not yet taken: path, query, form."""
        try:
            return self.visits.get(timeout=60)
        except queue.Empty:
            raise Failed('nobody came to the action URL') from None
