-- Each request names the next of ten shopping centres.
local number = -1
request = function()
  number = (number + 1) % 10
  return wrk.format('GET', nil, { ['X-Tenant-Id'] = 'mall-' .. number })
end
