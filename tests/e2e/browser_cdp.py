"""browser_cdp.py - a headless Chromium for tests, led over its debugging pipe:
JSON messages that end in a zero byte. The standard library alone."""
import base64
import fcntl
import json
import os
import select
import subprocess
import time

from world import Failed

PATIENCE_S = 60


class Browser:
    """One page. Waits on what the browser tells, never on time."""

    def __init__(self, profile):
        to_r, self.to = os.pipe()
        self.back, back_w = os.pipe()
        # Chromium reads at descriptor 3 and writes at 4.
        to_r, back_w = (fcntl.fcntl(fd, fcntl.F_DUPFD, 10) for fd in (to_r, back_w))

        def place():
            os.dup2(to_r, 3)
            os.dup2(back_w, 4)

        self.process = subprocess.Popen(
            ['chromium', '--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage',
             '--ignore-certificate-errors', '--remote-debugging-pipe', '--no-first-run',
             '--disable-background-networking', '--disable-component-update',
             '--user-data-dir=' + profile, 'about:blank'],
            preexec_fn=place, pass_fds=[3, 4], stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_r)
        os.close(back_w)
        self.bytes = b''
        self.events = []
        self.errors = []
        self.last = 0
        self.session = None

    def __enter__(self):
        target = self.call('Target.createTarget', url='about:blank')['targetId']
        self.session = self.call('Target.attachToTarget', targetId=target,
                                 flatten=True)['sessionId']
        self.call('Page.enable')
        self.call('Log.enable')
        self.size(1000, 900)
        return self

    def __exit__(self, *args):
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        os.close(self.to)
        os.close(self.back)

    # -- the pipe

    def read(self, deadline):
        while b'\0' not in self.bytes:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self.back], [], [], left)[0]:
                raise Failed('the browser does not answer')
            more = os.read(self.back, 1 << 16)
            if not more:
                raise Failed('the browser went away')
            self.bytes += more
        text, self.bytes = self.bytes.split(b'\0', 1)
        return json.loads(text)

    def call(self, method, **params):
        self.last += 1
        message = {'id': self.last, 'method': method, 'params': params}
        if self.session:
            message['sessionId'] = self.session
        os.write(self.to, json.dumps(message).encode() + b'\0')
        deadline = time.monotonic() + PATIENCE_S
        while True:
            got = self.read(deadline)
            if got.get('id') == self.last:
                if 'error' in got:
                    raise Failed('%s: %r' % (method, got['error']))
                return got['result']
            self.note(got)

    def note(self, event):
        if event.get('method') == 'Log.entryAdded':
            entry = event['params']['entry']
            if entry['level'] == 'error':
                self.errors.append('%s %s' % (entry['text'], entry.get('url', '')))
        self.events.append(event)

    def wait(self, fits):
        """The first event that fits, told since the last clear()."""
        deadline = time.monotonic() + PATIENCE_S
        while True:
            for event in self.events:
                if fits(event):
                    return event
            self.note(self.read(deadline))

    # -- the page

    def go(self, url):
        self.events.clear()
        got = self.call('Page.navigate', url=url)
        if got.get('errorText'):
            raise Failed('%s: %s' % (url, got['errorText']))
        self.wait(lambda e: e.get('method') == 'Page.loadEventFired')

    def value(self, expression):
        got = self.call('Runtime.evaluate', expression=expression, returnByValue=True)
        if 'exceptionDetails' in got:
            raise Failed('%s: %r' % (expression, got['exceptionDetails']))
        return got['result'].get('value')

    def text(self, selector):
        return self.value('document.querySelector(%s).innerText' % json.dumps(selector))

    def click(self, selector):
        self.value('document.querySelector(%s).click()' % json.dumps(selector))

    def click_and_wait(self, selector):
        self.click_and_land(selector, '')

    def click_and_land(self, selector, url):
        """Click, and wait until a page whose address begins with url stands."""
        self.events.clear()
        self.click(selector)
        at = self.wait(lambda e: e.get('method') == 'Page.frameNavigated'
                       and e['params']['frame']['url'].startswith(url))
        self.events = self.events[self.events.index(at):]
        self.wait(lambda e: e.get('method') == 'Page.loadEventFired')

    def size(self, width, height):
        self.call('Emulation.setDeviceMetricsOverride', width=width, height=height,
                  deviceScaleFactor=1, mobile=False)

    def picture(self):
        size = self.call('Page.getLayoutMetrics')['cssContentSize']
        got = self.call('Page.captureScreenshot', format='png', captureBeyondViewport=True,
                        clip={'x': 0, 'y': 0, 'width': size['width'],
                              'height': size['height'], 'scale': 1})
        return base64.b64decode(got['data'])
