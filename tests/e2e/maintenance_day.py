#!/usr/bin/env python3
"""maintenance_day.py - the day on which the platform changes its token keys,
from one end to the other: people sign in and stay so, a window is planned,
their tokens end, are deleted and come back through the Shell, while offline
calls and notifications go on; a sign-in that does not help stops at the guard.

usage: maintenance_day.py HVCONSOLE
"""
import datetime
import http.client
import json
import os
import re
import ssl
import sys
import urllib.parse

from world import ACTION_URL, expect, tell

PEOPLE = ('ada', 'theo', 'mina')
HOUR, DAY = 3600, 86400


def at(text):
    return datetime.datetime.fromisoformat(text.replace('Z', '+00:00')).timestamp()


class Browser:
    """A person's: opens a URL of the Shell and comes back to the application."""

    def __init__(self, world):
        self.context = ssl.create_default_context(cafile=world.sandbox['ca'])
        self.shell = urllib.parse.urlsplit(world.sandbox['shell'])

    def ask(self, path, fields=None):
        c = http.client.HTTPSConnection(self.shell.netloc, context=self.context, timeout=60)
        try:
            if fields is None:
                c.request('GET', path)
            else:
                c.request('POST', path, body=urllib.parse.urlencode(fields),
                          headers={'Content-Type': 'application/x-www-form-urlencoded'})
            answer = c.getresponse()
            self.status, self.headers = answer.status, answer.headers
            self.page = answer.read().decode()
        finally:
            c.close()

    def step(self, **fields):
        flow = re.search(r'name="flow" value="([0-9a-f]{32})"', self.page)
        expect(flow, 'no form: %s' % self.page)
        self.ask('/shell', {'flow': flow.group(1), **fields})

    def sign_in(self, url, person):
        """The URL with which the browser comes back; stays signed in."""
        parts = urllib.parse.urlsplit(url)
        expect(parts.netloc == self.shell.netloc, 'another host: %s' % url)
        self.ask(parts.path + '?' + parts.query)
        expect(self.status == 200 and 'Sign in</h1>' in self.page, 'Shell: %s' % self.page)
        self.step(person=person, keep='1')
        if self.status == 200:
            record = re.search(r'name="record" value="([^"]+)"', self.page)
            expect(record, 'no record to choose: %s' % self.page)
            self.step(do='go', record=record.group(1))
        expect(self.status == 302, 'HTTP %d: %s' % (self.status, self.page[-400:]))
        back = self.headers['Location']
        expect(back.startswith(ACTION_URL), back)
        return back


def params(url):
    return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(url).query))


class Day:
    def __init__(self, world):
        self.world = world
        self.browser = Browser(world)
        self.secrets = []
        self.tell_tales = ''
        # Whom each name is for, by the id that the sandbox gave them.
        self.person = dict(zip(PEOPLE, world.sandbox['persons']))

    def add(self, name, url, want=0):
        """Signs in at @url and tracks what comes back."""
        back = self.browser.sign_in(url, self.person[name])
        self.secrets.append(params(back)['wctoken'])
        out, err = self.world.run('token', 'add', name, '--stdin', '-o', 'json', stdin=back + '\n',
                                  want=want)
        self.tell_tales += out + err
        return back

    def tokens(self):
        rows = self.world.json('token', 'list')['items']
        return {row['name']: row for row in rows}

    def check(self, *args, want=0):
        out, err = self.world.run('token', 'check', *args, '-o', 'ndjson', want=want)
        self.tell_tales += out + err
        rows = [json.loads(line) for line in out.splitlines()]
        return {row['name']: row for row in rows}

    def sevens(self):
        """Calls that the sandbox answered 7."""
        rows = self.world.json('sandbox', 'log', '--limit', '0')['items']
        return len([r for r in rows if r['kind'] == 'call' and r['what'].startswith('GetPersonInfo')
                    and r['result'] == '7'])


def bad_input(day):
    world = day.world
    back = ACTION_URL + '?target=AppAuthReject'
    _, err = world.run('token', 'add', 'ada', '--stdin', stdin=back + '\n', want=2)
    expect('refused' in err, err)
    world.run('token', 'add', 'ada', '--stdin', stdin='\n', want=2)
    world.run('token', 'add', '../ada', '--stdin', stdin='x\n', want=2)
    world.run('token', 'add', 'ada', want=4)
    world.run('token', 'drop', 'nobody', '--yes', want=5)
    world.run('token', 'check', 'nobody', want=5)
    # A token that nobody gave out: 8, and it is not kept.
    world.run('token', 'add', 'ada', '--stdin', stdin='ASAAAB1234567890abcdef\n', want=7)
    world.run('maint', 'add', 'x', '--at', 'whenever', '--kind', 'token-keys', want=2)
    world.run('maint', 'add', 'x', '--at', '1h', '--kind', 'flood', want=2)
    world.run('maint', 'add', 'x', '--at', '1h', want=2)
    world.run('maint', 'add', 'x', '--at', '1h', '--kind', 'outage', '--for', '1y', want=2)
    world.run('maint', 'forecast', 'x', want=5)
    world.run('maint', 'cancel', 'x', want=5)
    expect(not day.tokens(), 'something was kept')


def morning(day):
    """Three people sign in to stay; each is tracked under a name."""
    world = day.world
    for name in PEOPLE:
        url = world.json('shell', 'url', 'AUTH', '--actionqs', '/page?of=%s&x=1' % name)['url']
        day.add(name, url)
    rows = day.tokens()
    expect(set(rows) == set(PEOPLE), 'tracked: %r' % rows)
    for name, row in rows.items():
        expect(row['state'] == 'kept' and row['code'] == 0, '%r' % row)
        expect(row['person'] == day.person[name] and row['record'], '%r' % row)
        expect(row['left_s'] > DAY and row['url'] is None, '%r' % row)
        expect(row['actionqs'] == '/page?of=%s&x=1' % name, '%r' % row)
    # A name is a person's, and a person has one name.
    url = world.json('shell', 'url', 'AUTH')['url']
    back = day.browser.sign_in(url, day.person['theo'])
    _, err = world.run('token', 'add', 'ada', '--stdin', stdin=back, want=6)
    expect('another person' in err, err)
    _, err = world.run('token', 'add', 'second', '--stdin', stdin=back, want=6)
    expect("'theo'" in err, err)
    # Where a stranger wants them to go on is said aloud.
    url = world.json('shell', 'url', 'AUTH', '--actionqs', '//evil.example/x')['url']
    back = day.browser.sign_in(url, day.person['theo'])
    _, err = world.run('token', 'add', 'theo', '--stdin', stdin=back)
    expect('another place' in err, err)
    url = world.json('shell', 'url', 'AUTH', '--actionqs', '/page?of=theo&x=1')['url']
    day.add('theo', url)
    checked = day.check('--all')
    expect({r['result'] for r in checked.values()} == {'good'}, '%r' % checked)
    expect(world.json('maint', 'status')['verdict'] == 'quiet', 'not quiet')


def plan(day):
    """The window is announced; what it will do is known before."""
    world = day.world
    world.run('maint', 'add', 'rehearsal', '--at', '2h', '--for', '30m', '--kind', 'outage')
    added = world.json('maint', 'add', 'nov-12', '--at', '1h', '--for', '3h', '--kind', 'token-keys')
    expect(added['phase'] == 'planned' and HOUR - 60 < added['left_s'] <= HOUR, '%r' % added)
    world.error('maint', 'add', 'nov-12', '--at', '1h', '--kind', 'token-keys', want=6)
    forecast = world.json('maint', 'forecast', 'nov-12')
    expect(forecast['refused'] == forecast['tracked'] == 3 and forecast['ended_before'] == 0,
           '%r' % forecast)
    expect('sign in to HealthVault once more' in forecast['notice'], forecast['notice'])
    expect(world.json('maint', 'forecast', 'rehearsal')['refused'] == 0, 'an outage ends tokens')
    rows = world.json('maint', 'list')['items']
    expect([r['name'] for r in rows] == ['nov-12', 'rehearsal'], '%r' % rows)
    attention = world.json('status')['attention']
    expect(any('nov-12' in a['text'] for a in attention), '%r' % attention)
    # It comes sooner than was said.
    world.run('maint', 'cancel', 'nov-12')
    now = datetime.datetime.now(datetime.timezone.utc).strftime('%Y-%m-%dT%H:%M:%SZ')
    added = world.json('maint', 'add', 'nov-12', '--at', now, '--for', '3h', '--kind', 'token-keys')
    expect(added['phase'] == 'now', '%r' % added)
    expect(world.json('maint', 'status')['next']['name'] == 'nov-12', 'not now')


def undisturbed(day, text):
    """Offline calls, subscriptions and their notifications go on."""
    world = day.world
    expect([s['id'] for s in world.json('sub', 'list')['items']] == [world.sub], text)
    sent = world.json('sandbox', 'emit', '--type', 'weight', '--wait')
    expect(sent['delivered'] == sent['queued'] == 1, '%s: %r' % (text, sent))
    newest = world.json('log', 'list', '--limit', '1')['items'][0]
    expect(newest['verdict'] == 'verified', '%s: %r' % (text, newest))


def key_change(day):
    """Every token answers 7 once, and is gone; nothing else notices."""
    world = day.world
    undisturbed(day, 'before')
    expect(world.json('sandbox', 'token-keys', 'rotate')['ended'] >= 3, 'none ended')
    checked = day.check('--all', want=7)
    expect({r['code'] for r in checked.values()} == {7} and len(checked) == 3, '%r' % checked)
    for name, row in checked.items():
        expect(row['dropped'] and not row['stopped'] and row['result'] == 'signed-out', '%r' % row)
        sent = params(row['url'])
        inner = dict(urllib.parse.parse_qsl(sent['targetqs']))
        expect(sent['target'] == 'AUTH' and inner == {
            'appid': world.profile['app_id'], 'actionqs': '/page?of=%s&x=1' % name}, '%r' % row)
    expect(day.sevens() == 3, 'more than one 7 each')
    expect(not day.check('--all'), 'there is still something to ask about')
    world.run('token', 'check', 'ada', want=5)
    expect(day.sevens() == 3, 'a dead token was sent again')
    rows = day.tokens()
    expect({r['state'] for r in rows.values()} == {'sign-in'}, '%r' % rows)
    status = world.json('maint', 'status', '--exit-code')
    expect(status['verdict'] == 'expected' and not status['alarm'] and status['by_window'] == 3
           and status['window'] == 'nov-12' and status['sign_in'] == 3, '%r' % status)
    undisturbed(day, 'after the key change')


def sign_in_again(day):
    """The URLs, opened in the Shell, give new tokens and lead back to where
    each person was."""
    for name, row in day.tokens().items():
        back = day.add(name, row['url'])
        expect(params(back)['actionqs'] == '/page?of=%s&x=1' % name, back)
    checked = day.check()
    expect({r['code'] for r in checked.values()} == {0} and len(checked) == 3, '%r' % checked)
    expect({r['state'] for r in day.tokens().values()} == {'kept'}, 'not kept')


def loop_guard(day):
    """7 again right after the sign-in: no further one is proposed."""
    world = day.world
    world.run('sandbox', 'token-keys', 'rotate')
    row = day.check('ada', want=7)['ada']
    expect(row['stopped'] and row['dropped'] and row['url'] is None, '%r' % row)
    row = day.tokens()['ada']
    expect(row['state'] == 'stopped' and row['url'] is None, '%r' % row)
    expect(world.json('maint', 'status')['stopped'] == 1, 'not counted')
    attention = world.json('status')['attention']
    expect(any('circles' in a['text'] for a in attention), '%r' % attention)
    # A sign-in that is over before it was ever good goes the same way.
    url = world.json('shell', 'url', 'AUTH')['url']
    stale = day.browser.sign_in(url, day.person['theo'])
    world.run('sandbox', 'token-keys', 'rotate')
    day.check('theo', want=7)
    _, err = world.run('token', 'add', 'theo', '--stdin', stdin=stale, want=7)
    expect('circles' in err, err)
    expect(day.tokens()['theo']['state'] == 'stopped', 'not stopped')
    # By hand it goes on.
    day.add('ada', url)
    expect(day.tokens()['ada']['state'] == 'kept', 'not kept')
    world.run('token', 'drop', 'theo', want=12)
    world.run('token', 'drop', 'theo', '--yes')
    world.run('token', 'drop', 'mina', '--yes')
    expect(set(day.tokens()) == {'ada'}, 'dropped ones are there')


def other_answers(day):
    """Whatever else the platform says, the token stays."""
    world = day.world
    for fault, want, code, result in (('maintenance', 10, 152, 'maintenance'),
                                      ('error:65', 10, 65, 'session'),
                                      ('error:8', 10, 8, 'unknown'),
                                      ('error:11', 10, 11, 'revoked'),
                                      ('error:1', 10, 1, 'other'),
                                      ('http-500', 11, None, 'unreachable')):
        world.run('sandbox', 'fault', 'add', fault, '--method', 'GetPersonInfo')
        row = day.check('ada', want=want)['ada']
        world.run('sandbox', 'fault', 'clear')
        expect(row['code'] == code and row['result'] == result and not row['dropped'],
               '%s: %r' % (fault, row))
        expect((params(row['url'])['target'] == 'APPAUTH') if code == 11 else row['url'] is None,
               '%s: %r' % (fault, row))
    expect(day.check('ada')['ada']['result'] == 'good', 'it is gone')


def unannounced(day):
    """Without its window the same day raises the alarm."""
    world = day.world
    for name in ('theo', 'mina'):
        day.add(name, world.json('shell', 'url', 'AUTH')['url'])
    world.run('maint', 'cancel', 'nov-12')
    world.run('sandbox', 'token-keys', 'rotate')
    day.check('ada', want=7)
    out, _ = world.run('maint', 'status', '--exit-code', '-o', 'json', want=3)
    status = json.loads(out)
    expect(status['verdict'] == 'stray' and status['alarm'], '%r' % status)
    day.check(want=7)
    status = world.json('maint', 'status')
    expect(status['verdict'] == 'key-change' and status['unexplained'] == 3, '%r' % status)
    attention = world.json('status')['attention']
    expect(any('ALARM' in a['text'] and a['severity'] == 'high' for a in attention),
           '%r' % attention)


def rehearsal(day):
    """The next day is written down, prepared and rehearsed with a token that is
    there to be lost; the 7 of the drill alarms nobody."""
    world = day.world
    world.error('maint', 'edit', 'dec-3', '--for', '2h', want=5)
    world.run('maint', 'add', 'dec-3', '--at', '2026-12-03T10:00:00Z', '--kind', 'outage')
    world.error('maint', 'drill', 'dec-3', want=6)
    world.error('maint', 'edit', 'dec-3', want=2)
    world.error('maint', 'edit', 'dec-3', '--uncertainty', '1y', want=2)
    row = world.json('maint', 'edit', 'dec-3', '--kind', 'token-keys', '--at',
                     '2099-12-04T10:00:00Z', '--uncertainty', '12h', '--dry-run')
    expect(row['dry_run'] and row['uncertainty_s'] == 12 * HOUR and row['kind'] == 'token-keys',
           '%r' % row)
    expect(world.json('maint', 'list')['items'][-1]['kind'] == 'outage', 'a dry run changed it')
    row = world.json('maint', 'edit', 'dec-3', '--kind', 'token-keys', '--at',
                     '2099-12-04T10:00:00Z', '--uncertainty', '12h')
    expect(row['at'].startswith('2099-12-04T10:00:00') and row['uncertainty_s'] == 12 * HOUR and
           row['open'] == ['drill', 'help-page', 'notice', 'on-call'], '%r' % row)
    why = world.error('maint', 'check', 'dec-3', 'drill', want=2)
    expect('looked at' in why['hint'], '%r' % why)
    world.error('maint', 'check', 'nov-99', 'notice', want=5)
    world.error('maint', 'check', 'dec-3', 'notice', '--read-only', want=12)
    world.run('maint', 'check', 'dec-3', 'notice')
    row = world.json('maint', 'check', 'dec-3', 'help-page')
    expect(row['open'] == ['drill', 'on-call'], '%r' % row)
    row = world.json('maint', 'check', 'dec-3', 'notice', '--off')
    expect(row['open'] == ['drill', 'notice', 'on-call'], '%r' % row)
    world.error('maint', 'drill', 'dec-3', '--token', 'nobody', want=5)
    day.add('ada', world.json('shell', 'url', 'AUTH', '--actionqs', '/page?of=ada&x=1')['url'])
    alarms = world.json('maint', 'status')['unexplained']
    dry = world.json('maint', 'drill', 'dec-3', '--dry-run')
    expect(dry['dry_run'] and dry['token'] == 'ada' and dry['steps'][0]['pass'] is None, '%r' % dry)
    held = world.json('maint', 'drill', 'dec-3')
    expect(held['pass'] and held['keys_changed'] and held['code'] == 7 and
           [s['step'] for s in held['steps']] == ['dropped', 'sign-in', 'returns', 'guard'],
           '%r' % held)
    expect(day.tokens()['ada']['state'] == 'sign-in', 'the drill left a dead token')
    expect(world.json('maint', 'status')['unexplained'] <= alarms, 'the drill raised an alarm')
    row = [r for r in world.json('maint', 'list')['items'] if r['name'] == 'dec-3'][0]
    expect(row['drill'] == 'PASS 4/4' and 'drill' not in row['open'], '%r' % row)
    forecast = world.json('maint', 'forecast', 'dec-3')
    expect(len(forecast['expected_hours']) == len(forecast['seen_hours']) == 72, '%r' % forecast)
    # In production never, not even with --write.
    world.run('profile', 'add', 'live', '--platform', world.sandbox['platform'], '--shell',
              world.sandbox['shell'], '--env', 'prod', '--action-url', ACTION_URL)
    why = world.error('--profile', 'live', '--write', 'maint', 'drill', 'dec-3', want=12)
    expect('production' in why['message'] and 'PPE' in why['hint'], '%r' % why)


def no_token_leaks(day):
    """Nowhere in what was said, and in no file."""
    for secret in day.secrets:
        expect(secret not in day.tell_tales, 'a token was printed')
    for root, _, files in os.walk(day.world.dir):
        for name in files:
            if not os.path.isfile(os.path.join(root, name)):
                continue    # a socket
            with open(os.path.join(root, name), 'rb') as f:
                content = f.read()
            for secret in day.secrets:
                expect(secret.encode() not in content, 'a token is in %s' % name)


def quicken(world):
    """Open the keystore by a key file from now on: no scrypt for each of a
    hundred commands."""
    key, run = world.path('full.key'), world.run
    run('keystore', 'slot', 'add', '--key-out', key)
    world.run = lambda *args, **kwargs: run('--slot-key', key, *args, **kwargs)


def story(world):
    world.up()
    quicken(world)
    world.sub = world.json('sub', 'create', '--type', 'weight', '--url', world.notify_url())['id']
    day = Day(world)
    bad_input(day)
    morning(day)
    plan(day)
    key_change(day)
    sign_in_again(day)
    loop_guard(day)
    other_answers(day)
    unannounced(day)
    rehearsal(day)
    undisturbed(day, 'at the end')
    no_token_leaks(day)
    print('%d sign-ins, %d answers of 7' % (len(day.secrets), day.sevens()))


if __name__ == '__main__':
    sys.exit(tell(story, sys.argv[1]))
