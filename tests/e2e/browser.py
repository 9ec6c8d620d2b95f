#!/usr/bin/env python3
"""browser.py - the Shell of the sandbox in a real browser: headless Chromium
goes through AUTH with consent and through APPAUTH with a refusal, and lands on
the action URL, a tiny server of this test. Skips aloud without Chromium.

usage: browser.py HVCONSOLE [PICTURES]
PICTURES: a directory that gets PNGs of the pages.
"""
import os
import re
import shutil
import sys
import urllib.parse

from browser_cdp import Browser
from landing import Landing
from world import expect, tell

RULES = '''<auth><rules>
<rule name="readings" is-optional="false"><reason xml:lang="en">Draw your readings
as a curve</reason><permission>Read</permission><target-set>
<type-id>ca3c57f4-f4c1-4e15-be67-0a3caf5414ed</type-id>
<type-id>879e7c04-4e8a-4707-9ad3-b054df467ce4</type-id></target-set></rule>
<rule name="weight" is-optional="true"><reason xml:lang="en">Put your weight beside
them</reason><permission>Read</permission><permission>Create</permission><target-set>
<type-id>3d34d87e-7fc1-4153-800f-f56592cb0d17</type-id></target-set></rule>
</rules></auth>'''


class Shell:
    """Addresses of one application, as its own code would write them."""

    def __init__(self, world):
        self.base = world.sandbox['shell']
        self.app_id = world.profile['app_id']

    def url(self, target, **params):
        inner = urllib.parse.urlencode({'appid': self.app_id, **params},
                                       quote_via=urllib.parse.quote)
        return '%sredirect.aspx?target=%s&targetqs=%s' % (
            self.base, target, urllib.parse.quote(inner, safe=''))


def keep(browser, name):
    if len(sys.argv) > 2:
        with open(os.path.join(sys.argv[2], name + '.png'), 'wb') as f:
            f.write(browser.picture())


def is_picture(png):
    return png[:8] == b'\x89PNG\r\n\x1a\n' and len(png) > 10000


def consent(browser, shell, landing):
    """AUTH: a person, a record, an optional rule; back with a token."""
    browser.go(shell.url('AUTH', actionqs='/patients/17?tab=bp&sort=desc'))
    expect('Sign in' in browser.text('h1'), 'no sign-in: %r' % browser.text('body'))
    keep(browser, 'sign-in')
    browser.click('input[name=keep]')
    browser.click_and_wait('button[name=person]')
    expect('Share with' in browser.text('h1'), 'no consent: %r' % browser.text('body'))
    words = browser.text('main')
    for want in ('Ada Quill', 'Draw your readings', 'Blood pressure', 'Put your weight'):
        expect(want in words, '%s is not on the page: %s' % (want, words))
    expect(is_picture(browser.picture()), 'the page cannot be pictured')
    keep(browser, 'consent')
    browser.size(390, 844)
    expect(browser.value('document.documentElement.scrollWidth <= innerWidth'),
           'too wide for a telephone')
    keep(browser, 'consent-narrow')
    browser.size(1000, 900)
    browser.click_and_wait('button[value=go]')
    path, query, _ = landing.take()
    expect(path == '/hv/action', 'landed elsewhere: %s' % path)
    expect([name for name, _ in query] ==
           ['target', 'actionqs', 'wctoken', 'suggestedtokenttl', 'instanceid'],
           'query: %r' % query)
    got = dict(query)
    expect(got['target'] == 'AppAuthSuccess', 'target: %r' % query)
    expect(got['actionqs'] == '/patients/17?tab=bp&sort=desc', 'actionqs: %r' % query)
    expect(got['suggestedtokenttl'] == '2592000' and got['instanceid'] == '1', '%r' % query)
    expect(re.fullmatch(r'ASAAA[A-Za-z0-9+/=]{190,210}', got['wctoken']), 'wctoken: %r' % query)
    expect('landed' in browser.text('body'), 'the application was not shown')


def refuse(browser, shell, landing):
    """APPAUTH: the person says no."""
    browser.go(shell.url('APPAUTH', actionqs='a b+c'))
    browser.click_and_wait('button[name=person]')
    browser.click_and_wait('button[value=cancel]')
    path, query, _ = landing.take()
    expect(path == '/hv/action' and query == [('target', 'AppAuthReject'),
                                              ('actionqs', 'a b+c'), ('instanceid', '1')],
           'refused: %s %r' % (path, query))


def by_post(browser, shell, landing):
    """trm=post: the page sends itself, the token is not in the address; and
    `redirect` stands for the action URL."""
    elsewhere = landing.url.replace('127.0.0.1', 'localhost')
    browser.go(shell.url('AUTH', trm='post', redirect=elsewhere))
    browser.click_and_wait('button[name=person]')
    browser.click_and_land('button[value=go]', elsewhere)
    path, query, form = landing.take()
    expect(path == '/hv/action' and query == [('target', 'AppAuthSuccess'),
                                              ('instanceid', '1')], 'query: %r' % query)
    expect([name for name, _ in form] == ['wctoken'] and form[0][1].startswith('ASAAA'),
           'form: %r' % form)


def page_is_closed(browser, shell):
    """What the headers promise: no frame, no script, our style alone."""
    browser.go(shell.url('AUTH'))
    expect(browser.value('getComputedStyle(document.querySelector("button.pick")).display')
           == 'flex', 'the style was not applied')
    browser.value('(s => { s.textContent = "window.evil = 1"; document.body.append(s); })'
                  '(document.createElement("script"))')
    expect(browser.value('window.evil') is None, 'a script ran that is not ours')


def story(world):
    if not shutil.which('chromium'):
        print('SKIPPED: chromium is not installed (apt install chromium)', file=sys.stderr)
        sys.exit(77)
    world.up(listen=False)
    rules = world.path('rules.xml')
    with open(rules, 'w', encoding='utf-8') as f:
        f.write(RULES)
    app = ('--app-id', world.profile['app_id'])
    world.run('sandbox', 'app', 'rules', 'online', rules, *app)
    shell = Shell(world)
    with Landing() as landing, Browser(world.path('chromium')) as browser:
        world.run('sandbox', 'app', 'add', *app, '--cert', world.path('app.pem'),
                  '--action-url', landing.url)
        consent(browser, shell, landing)
        refuse(browser, shell, landing)
        by_post(browser, shell, landing)
        expect(not browser.errors, 'the browser complains: %r' % browser.errors)
        page_is_closed(browser, shell)


if __name__ == '__main__':
    sys.exit(tell(story, sys.argv[1]))
