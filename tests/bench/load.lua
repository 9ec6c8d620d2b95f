-- load.lua - wrk's requests: lines "name: value<TAB>body" of the file named by
-- HV_BENCH_MESSAGES, each as a POST, in turn. HV_BENCH_CLOSE=1: a new
-- connection a request. Counts what was not answered 200.
local requests = {}
local at = 0
local offset = 0

function setup(thread)
  thread:set("offset", offset)
  offset = offset + 7919
end

function init(args)
  local close = os.getenv("HV_BENCH_CLOSE")
  for line in io.lines(os.getenv("HV_BENCH_MESSAGES")) do
    local name, value, body = line:match("^([^:]+): ([^\t]*)\t(.*)$")
    local headers = { ["Content-Type"] = "text/xml" }
    headers[name] = value
    if close then headers["Connection"] = "close" end
    requests[#requests + 1] = wrk.format("POST", nil, headers, body)
  end
  at = offset % #requests
end

function request()
  at = at % #requests + 1
  return requests[at]
end

function done(summary, latency, _)
  io.write(string.format('RESULT {"requests":%d,"us":%d,"p50":%d,"p99":%d,"bad":%d,"net":%d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    summary.errors.status, summary.errors.connect + summary.errors.read + summary.errors.write +
    summary.errors.timeout))
end
