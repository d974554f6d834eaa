/// Requests that are wrong, each with its status, its problem code and the parameters that the answer must name.
enum WrongInputs {
  struct Case: Sendable, CustomStringConvertible {
    let target: String
    let status: Int
    let code: String
    let parameters: [String]
    var description: String { target }
  }

  static let all: [Case] = numbers + lists + spaces + shapes + unknown + paths

  private static func places(
    _ parameter: String, _ values: [String], code: String = "invalid-parameter", with extra: String = ""
  )
    -> [Case]
  {
    values.map {
      Case(target: "/v1/place/?\(parameter)=\($0)\(extra)", status: 400, code: code, parameters: [parameter])
    }
  }

  private static let numbers: [Case] =
    places(
      "dwithin_metres",
      [
        "-1", "-0.001", "100000.001", "1e9", "NaN", "nan", "inf", "-inf", "Infinity", "abc", "1,2", "0x10",
        "1_000", "1%202", "%2B", "1e999", "--1", "\u{0661}".utf8.map { "%" + String($0, radix: 16) }.joined(),
      ],
      with: "&dwithin_origin=22,60")
    + places(
      "dwithin_origin",
      [
        "22", "22,60,1", "abc,60", "22;60", "NaN,60", "inf,60", "181,60", "22,91", "22,-90.5", ",", "22,",
        "60.45%2022.27", "1e400,60",
      ],
      with: "&dwithin_metres=5")
    + places("nearest", ["22", "22,60,1", "a,b", "nan,nan", "-180.1,0", "0,90.1", "22,60%3B", "%2C60"])
    + [
      Case(
        target: "/v1/place/?dwithin_origin=22,60", status: 400, code: "invalid-parameter",
        parameters: ["dwithin_metres"]),
      Case(
        target: "/v1/place/?dwithin_metres=5", status: 400, code: "invalid-parameter", parameters: ["dwithin_origin"]),
      Case(
        target: "/v1/place/?dwithin_origin=22,60&dwithin_metres=", status: 400, code: "invalid-parameter",
        parameters: ["dwithin_metres"]),
      Case(
        target: "/v1/place/?dwithin_origin=22,60&dwithin_metres=5&nearest=22,60.0000001", status: 400,
        code: "invalid-parameter", parameters: ["nearest"]),
      Case(target: "/v1/place/?sort=distance", status: 400, code: "invalid-parameter", parameters: ["sort"]),
      Case(
        target: "/v1/place/?sort=-distance&municipality=853", status: 400, code: "invalid-parameter",
        parameters: ["sort"]),
    ]

  private static let lists: [Case] =
    places(
      "municipality", ["nowhere", "999", "853,nowhere", "8533", "-1", "853;202", "%F0%9F%8D%A6", "'"],
      code: "unknown-municipality")
    + places(
      "postal_code", ["2010", "201000", "2010a", "FI-20100", "20100,abc", "20%20100", "-2010"],
      code: "invalid-postal-code")
    + places("operating_status", ["Open", "opened", "open,shut", "1"])
    + places("kind", ["Venue", "venues", "venue,x", "*"])
    + places("has_upcoming_events", ["yes", "1", "0", "tru"])
    + places(
      "modified_since",
      [
        "yesterday", "2026", "2026-13-01", "2026-02-30", "2026-01-01T25:00", "01.06.2026", "1700000000",
        "2026-01-01T00:00:00+25:00", "0000-01-01", "-0001-01-01",
      ])
    + places("sort", ["foo", "name,foo", "--name", "-", "name%20desc", "Name", "distance"])
    + places("format", ["xml", "csv", "json,geojson", "html"])
    + places("cursor", ["abc", "%5B%5D", "e30", "*", "W10="])
    + [
      Case(
        target: "/v1/place/?text=" + String(repeating: "a", count: 301), status: 400, code: "too-long",
        parameters: ["text"]),
      Case(
        target: "/v1/place/?ids=" + (0...1000).map { "a:\($0)" }.joined(separator: ","), status: 400, code: "too-long",
        parameters: ["ids"]),
      Case(
        target: "/v1/place/?municipality=" + (0...400).map { "\($0)" }.joined(separator: ","), status: 400,
        code: "too-long",
        parameters: ["municipality"]),
    ]

  private static let spaces: [Case] =
    places(
      "srid",
      [
        "abc", "0", "-3067", "3067.5", "999999", "99999999999999999999", "4978", "5773", "EPSG", "EPSG:", "EPSG:x",
        "urn:ogc:def:crs:EPSG::3067", "2147483648", "3067,3877",
      ], code: "unknown-srid")
    + places(
      "bbox",
      [
        "1", "1,2,3", "1,2,3,4,5", "a,b,c,d", "23,60,22,61", "22,61,23,60", "-181,0,0,1", "0,0,181,1", "0,-91,1,0",
        "0,0,1,91", "NaN,0,1,1", "0,0,inf,1", ",,,", "22%2060%2023%2061", "230000,6700000,245000,6720000",
      ])
    + places("bbox", ["3,2,1,4", "x,y,z,w"], with: "&srid=3067")

  private static let shapes: [Case] = places(
    "within",
    [
      "POINT(22%2060)", "x", "POLYGON", "POLYGON()", "POLYGON(())", "POLYGON((22%2060))",
      "POLYGON((22%2060,23%2060,23%2061))",
      "POLYGON((22%2060,23%2060,23%2061,22%2061))", "POLYGON((22%2060,23%2060,23%2061,22%2060)",
      "POLYGON((22,60,23,60))",
      "POLYGON((22%2060%201,23%2060%201,23%2061%201,22%2060%201))", "POLYGON((a%20b,c%20d,e%20f,a%20b))",
      "POLYGON((22%2060,23%2060,23%2061,22%2060))x", "POLYGON((222%2060,23%2060,23%2061,222%2060))",
      "LINESTRING(1%201,2%202)",
      "GEOMETRYCOLLECTION(POLYGON((22%2060,23%2060,23%2061,22%2060)))",
      "MULTIPOLYGON((22%2060,23%2060,23%2061,22%2060))",
      "POLYGON%20EMPTY", "SRID=3067;POLYGON((1%201,2%201,2%202,1%201))", "POLYGON((nan%20nan,1%201,2%202,nan%20nan))",
      "%7B%22type%22:%22Polygon%22%7D",
    ])

  private static let unknown: [Case] =
    [
      ("municipalty", "municipality"), ("lat", "text"), ("page-size", "page_size"), ("Text", "text"),
      ("dwithin", "within"),
      ("dwithin_meters", "dwithin_metres"), ("q", ""), ("lang", ""), ("postalcode", "postal_code"), ("sort_by", "sort"),
    ]
    .map { Case(target: "/v1/place/?\($0.0)=1", status: 400, code: "unknown-parameter", parameters: [$0.0]) }
    + ["open_at=x", "open_at=2026-02-30", "open_during=now", "open_during=now/now", "open_during=now/2000-01-01"].map {
      Case(
        target: "/v1/place/?\($0)", status: 400, code: "invalid-parameter",
        parameters: [String($0.prefix { $0 != "=" })])
    }
    + [
      Case(target: "/v1/place/?text=a&text=b", status: 400, code: "invalid-parameter", parameters: ["text"]),
      Case(target: "/v1/place/?text=%FF", status: 400, code: "invalid-parameter", parameters: ["text"]),
      Case(target: "/v1/place/?text=a%00b", status: 400, code: "invalid-parameter", parameters: ["text"]),
      Case(target: "/v1/place/?text=100%", status: 400, code: "invalid-parameter", parameters: ["text"]),
      Case(target: "/v1/place/?te%zzxt=a", status: 400, code: "invalid-parameter", parameters: ["te%zzxt"]),
      Case(target: "/v1/place/?bbox=1&sort=x&srid=y", status: 400, code: "unknown-srid", parameters: ["srid", "sort"]),
      Case(
        target: "/v1/place/turku:library/?bbox=1,2,3,4", status: 400, code: "unknown-parameter", parameters: ["bbox"]),
      Case(target: "/v1/place/turku:library/?srid=1", status: 400, code: "unknown-srid", parameters: ["srid"]),
      Case(
        target: "/v1/place/turku:library/?format=xml", status: 400, code: "invalid-parameter", parameters: ["format"]),
      Case(target: "/v1/municipality/?srid=3067", status: 400, code: "unknown-parameter", parameters: ["srid"]),
      Case(target: "/v1/municipality/?lat=60", status: 400, code: "invalid-parameter", parameters: ["lon"]),
      Case(target: "/v1/municipality/?lon=22", status: 400, code: "invalid-parameter", parameters: ["lat"]),
      Case(
        target: "/v1/municipality/?lat=91&lon=181", status: 400, code: "invalid-parameter", parameters: ["lat", "lon"]),
      Case(target: "/v1/municipality/?lat=a&lon=22", status: 400, code: "invalid-parameter", parameters: ["lat"]),
      Case(target: "/v1/municipality/?format=geojson", status: 400, code: "invalid-parameter", parameters: ["format"]),
      Case(
        target: "/v1/postal_code/?municipality=x", status: 400, code: "unknown-municipality",
        parameters: ["municipality"]),
      Case(
        target: "/v1/division/?municipality=x", status: 400, code: "unknown-municipality",
        parameters: ["municipality"]),
      Case(target: "/v1/division/?type=kunta", status: 400, code: "invalid-parameter", parameters: ["type"]),
      Case(target: "/v1/division/?text=!", status: 400, code: "invalid-parameter", parameters: ["text"]),
      Case(target: "/v1/division/?lat=60&lon=22", status: 400, code: "unknown-parameter", parameters: ["lat", "lon"]),
      Case(
        target: "/v1/place/?division=" + (0...400).map { "\($0)" }.joined(separator: ","), status: 400,
        code: "too-long", parameters: ["division"]),
      Case(target: "/v1/place/?division=,", status: 400, code: "invalid-parameter", parameters: ["division"]),
      Case(target: "/v1/data_source/?text=x", status: 400, code: "unknown-parameter", parameters: ["text"]),
      Case(target: "/health?x=1", status: 400, code: "unknown-parameter", parameters: ["x"]),
    ]

  private static let paths: [Case] = [
    "/v1/place/none:1/", "/v1/place/x/", "/v1/place/:/", "/v1/place/%20/", "/v1/place/turku:/", "/v1/place/'/",
    "/v1/place/turku:library/x/", "/v2/place/", "/v1/event/none:1/", "/v1/municipality/999/",
    "/v1/municipality/nowhere/",
    "/v1/division/kamppi/", "/v1/division/kunta:nowhere/", "/v1/division/osa-alue:keskusta/", "/v1/division/a/b/c/",
    "/v1/postal_code/99999/", "/v1/postal_code/abc/", "/v1/postal_code/2010/", "/ogc", "/tiles/a/1/2/3.mvt", "/nothing",
    "/v1/keyword/", "/v1/place/" + String(repeating: "a", count: 5000),
  ].map { Case(target: $0, status: 404, code: "not-found", parameters: []) }
}
