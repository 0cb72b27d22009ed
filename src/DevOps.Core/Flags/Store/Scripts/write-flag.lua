-- Writes or removes a flag, all or nothing: the flag, the version, the plain key, the history, and the news of it.
-- KEYS: the flags, the version, the history, the plain values that were written, the plain key.
-- ARGV: 1 name, 2 the version that it must have ('' for any, '0' for none), 3 the record ('' removes it), 4 the plain value ('' for none),
--       5 what the plain key must hold ('' for anything), 6 by, 7 reason, 8 from, 9 to, 10 how many changes are kept, 11 the channel.
-- Returns what came of it and the flag's version, or what was in the way.
local current = redis.call('HGET', KEYS[1], ARGV[1])
local version = current and string.match(current, '^%d+') or '0'
if ARGV[2] ~= '' and ARGV[2] ~= version then return {'conflict', version} end
if ARGV[3] == '' and not current then return {'missing', version} end

local written = redis.call('HGET', KEYS[4], ARGV[1])
local kind = redis.call('TYPE', KEYS[5]).ok
local plain = kind == 'string' and redis.call('GET', KEYS[5]) or false
if ARGV[5] ~= '' and ARGV[5] ~= plain then return {'conflict', version} end

-- A key that another program uses for something else is left alone. 'true' and 'false' were switches before they were flags.
if ARGV[4] ~= '' and not written and kind ~= 'none' and plain ~= 'true' and plain ~= 'false' then return {'taken', kind} end

local next = string.format('%.0f', redis.call('INCR', KEYS[2]))
local time = redis.call('TIME')
local now = time[1] .. string.format('%03d', math.floor(time[2] / 1000))
if ARGV[3] == '' then
  redis.call('HDEL', KEYS[1], ARGV[1])
else
  redis.call('HSET', KEYS[1], ARGV[1], next .. ' ' .. now .. ' ' .. ARGV[3])
end

if ARGV[4] ~= '' then
  redis.call('SET', KEYS[5], ARGV[4])
  redis.call('HSET', KEYS[4], ARGV[1], ARGV[4])
elseif written then
  redis.call('DEL', KEYS[5])
  redis.call('HDEL', KEYS[4], ARGV[1])
end

local what = ARGV[3] == '' and 'Removed' or current and 'Changed' or 'Created'
redis.call('XADD', KEYS[3], 'MAXLEN', '~', ARGV[10], '*',
  'name', ARGV[1], 'kind', what, 'version', next, 'at', now, 'by', ARGV[6], 'reason', ARGV[7], 'from', ARGV[8], 'to', ARGV[9])
redis.call('PUBLISH', ARGV[11], next .. ' ' .. ARGV[1])
return {'written', next}
