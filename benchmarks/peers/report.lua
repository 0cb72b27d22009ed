-- What wrk measured, on one line for the benchmark: requests, microseconds, p50 and p99 in microseconds, then errors.
-- Only this function is defined: wrk calls the others for each request, and that would slow it down.
done = function(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    "RESULT %d %d %d %d %d %d %d %d %d\n",
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    errors.status, errors.connect, errors.read, errors.write, errors.timeout))
end
