-- Requests of one type for wrk, random but the same at each run: wrk … -s load.lua URL -- TYPE SEED PLACES
-- measure.py takes its samples through wrk too, so that requests are made here only.

local threads = 0

function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

local random = math.random

local towns = {}  -- the ten biggest: longitude, latitude, people

local function read_towns()
  for line in io.lines(os.getenv("BENCHMARK_CENTRES")) do
    local lon, lat, people = line:match("^[^,]+,([%d.]+),([%d.]+),(%d+)$")
    if lon and #towns < 10 then
      towns[#towns + 1] = { tonumber(lon), tonumber(lat), tonumber(people) }
    end
  end
end

-- A point at most `km` from another, evenly spread over the disc.
local function near(lon, lat, km)
  local r = km * math.sqrt(random())
  local angle = 2 * math.pi * random()
  return lon + r * math.sin(angle) / (111.32 * math.cos(math.rad(lat))), lat + r * math.cos(angle) / 111.32
end

local function pick(list) return list[random(#list)] end

local municipalities = {
  "091", "049", "837", "092", "564", "853", "179", "297", "398", "609", "286", "167", "405", "905", "109", "743",
}
local states = { "open", "closed", "temporarily_closed", "planned" }
-- Words of generate/draft.sql; a whole name, a word, a beginning, a slip of the finger.
local texts = {
  "kahvila%20koivum%C3%A4ki", "kirjasto%20turku", "joutsenlahti", "teatteri%20espoo", "museo%20pori", "uimahal%20oulu",
  "linnavuori%20helsinki", "kirjsto%20tampere", "jaahalli%20lahti", "hotelli%20harjum%C3%A4ki", "kuninkaanpiha",
  "galleria%20vaasa", "tanssistudio%20kuopio", "karhunsari", "satama%20kotka", "koulu%20myllynkoski",
}

local types = {}

types["health"] = function() return "/health" end

types["by-id"] = function()
  local i = random(places)
  return "/v1/place/bench" .. i % 8 .. ":p" .. i .. "/"
end

types["municipality"] = function()
  return "/v1/place/?show_all_places=true&page_size=20&municipality=" .. pick(municipalities)
end

-- A count that no counter tells; the same 64 filters, so that it is remembered.
types["municipality-filtered"] = function()
  return "/v1/place/?page_size=20&municipality=" .. pick(municipalities) .. "&operating_status=" .. pick(states)
end

-- Never the same filter twice, so that it is counted each time.
types["municipality-uncounted"] = function()
  return string.format("/v1/place/?page_size=20&municipality=%s&operating_status=closed&modified_since=2024-%02d-%02dT%02d:%02d:%02d.%03dZ",
    pick(municipalities), random(12), random(28), random(0, 23), random(0, 59), random(0, 59), random(0, 999))
end

local function radius(lon, lat, metres)
  return string.format("/v1/place/?page_size=20&dwithin_origin=%.6f,%.6f&dwithin_metres=%d", lon, lat, metres)
end

types["radius-dense"] = function()
  local lon, lat = near(24.9414, 60.1719, 0.3)
  return radius(lon, lat, 1000)
end

types["radius-country"] = function() return radius(22.5 + 6.5 * random(), 60.6 + 6.2 * random(), 1000) end

-- What is open within 1 km on Tuesday at noon, when most is.
local tuesday = os.time() + (9 - tonumber(os.date("%w"))) % 7 * 86400
types["radius-open"] = function()
  local lon, lat = near(24.9414, 60.1719, 0.3)
  return radius(lon, lat, 1000) .. os.date("&open_at=%Y-%m-%dT12:00", tuesday)
end

types["nearest"] = function()
  local town = pick(towns)
  local lon, lat = near(town[1], town[2], 5)
  return string.format("/v1/place/?page_size=20&show_all_places=true&nearest=%.6f,%.6f", lon, lat)
end

-- A map's view of about 1 km², which is about 100 places in a town.
types["bbox"] = function()
  local town = pick(towns)
  local lon, lat = near(town[1], town[2], 2)
  local width, height = 0.55 / (111.32 * math.cos(math.rad(lat))), 0.5 / 111.32
  return string.format("/v1/place/?page_size=100&format=geojson&bbox=%.6f,%.6f,%.6f,%.6f",
    lon - width, lat - height, lon + width, lat + height)
end

types["text"] = function() return "/v1/place/?page_size=20&text=" .. pick(texts) end

-- What is going on or to come within 2 km of a point in a city.
types["events-radius"] = function()
  local town = pick(towns)
  local lon, lat = near(town[1], town[2], 0.5)
  return string.format("/v1/event/?page_size=20&start=now&dwithin_origin=%.6f,%.6f&dwithin_metres=2000", lon, lat)
end

types["events-municipality"] = function()
  return "/v1/event/?page_size=20&start=now&municipality=" .. pick(municipalities)
end

types["events-division"] = function()
  return "/v1/event/?page_size=20&start=now&division=osa-alue:bench" .. random(16)
end

-- By the id that a place had before it was merged.
types["events-old-place"] = function() return "/v1/event/?page_size=20&location=bench0:old" .. random(16) end

-- A building with its parts and theirs, up to 50 places.
types["events-tree"] = function()
  local i = 500 * random(math.min(16, math.floor(places / 500)))
  return "/v1/event/?page_size=20&location_tree=bench" .. i % 8 .. ":p" .. i
end

types["events-courses"] = function()
  return "/v1/event/?page_size=20&event_type=course&municipality=" .. pick(municipalities)
end

-- Questions that resolve.py made, a line each: texts as paths, and whole batches as bodies.
local function lines(name)
  local found = {}
  for line in io.lines(os.getenv("BENCHMARK_RESOLVE") .. "/" .. name) do found[#found + 1] = line end
  return found
end

local questions

types["resolve"] = function()
  questions = questions or lines("texts")
  return pick(questions)
end

types["resolve-batch"] = function()
  questions = questions or lines("batches")
  return "/v1/resolve", pick(questions)
end

local make

function init(args)
  places = tonumber(args[3])
  math.randomseed(tonumber(args[2]) * 1000 + (number or 0))
  read_towns()
  make = types[args[1]] or error("no such type: " .. args[1])
end

function request()
  local path, body = make()
  if body then return wrk.format("POST", path, { ["Content-Type"] = "application/json" }, body) end
  return wrk.format("GET", path)
end

-- The one line that measure.py reads.
function done(summary, latency)
  io.write(string.format("RESULT requests=%d us=%d p50=%d p99=%d bad=%d broken=%d bytes=%d\n", summary.requests,
    summary.duration, latency:percentile(50), latency:percentile(99), summary.errors.status,
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout, summary.bytes))
end
