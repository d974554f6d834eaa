import Postgres
import Testing

@Suite struct ValueTests {
  static let nasty = [
    "", " ", "'", "''", "\\", "\\'", "$1", "\"", "a,b", "{}", "NULL", "null", "Grüße 🇩🇪 e\u{301}", "\n\r\t\u{1}",
    "'; drop table x; --", "\u{10FFFF}", String(repeating: "ä", count: 100_000),
  ]

  @Test func stringsSurvive() async throws {
    try await withClient { client in
      for text in Self.nasty {
        #expect(try await client.quick("select \(text)::text").string(0, 0) == text)
        #expect(try await client.query("select \(text[...])::text").string(0, 0) == text)
      }
      let array = try await client.query("select \(Self.nasty)::text[], cardinality(\(Self.nasty)::text[])")
      let (back, count) = try #require(try array.first(as: ([String], Int).self))
      #expect(back == Self.nasty)
      #expect(count == Self.nasty.count)
    }
  }

  @Test func zeroBytesAreRefused() async throws {
    try await withClient { client in
      let error = await failure { _ = try await client.query("select \("a\0b")::text") }
      #expect(error?.kind == .encoding)
      #expect(error?.sqlState == "22021")
      await expectFailure(.encoding) { _ = try await client.quick("select \(["a\0"])::text[]") }
    }
  }

  @Test func numbersSurvive() async throws {
    try await withClient { client async throws in
      for value in [0, 1, -1, Int.max, Int.min] {
        #expect(try await client.quick("select \(value)::bigint").first(as: Int.self) == value)
        #expect(try await client.quick("select \(Int64(value))::bigint").first(as: Int64.self) == Int64(value))
      }
      for value in [Int32.min, 0, Int32.max] {
        #expect(try await client.quick("select \(value)::int").first(as: Int32.self) == value)
      }
      for value in [0, -0.0, 0.1, 1e300, 2.2250738585072014e-308, .pi, .infinity, -.infinity, 1.0 / 3] {
        #expect(try await client.quick("select \(value)::float8").first(as: Double.self) == value)
      }
      #expect(try await client.quick("select \(Double.nan)::float8").first(as: Double.self)?.isNaN == true)
    }
  }

  @Test func tuplesAndNull() async throws {
    try await withClient { client in
      let rows = try await client.query(
        "select \("x")::text, \(nil as Int?)::int, \(true)::bool, 1.5::float8, array[1,null,3]::bigint[] union all "
          + "select 'y', 7, false, null, '{}' order by 1")
      let decoded = try rows.decode((String, Int?, Bool, Double?, [Int64?]).self)
      #expect(decoded.count == 2)
      #expect(decoded[0] == ("x", nil, true, 1.5, [1, nil, 3]))
      #expect(decoded[1] == ("y", 7, false, nil, []))
      #expect(try rows.decode(String.self) == ["x", "y"])
      #expect(rows.bool(1, 2) == false)
      #expect(rows.int(0, 1) == nil)
      #expect(rows.double(0, 3) == 1.5)
      let bytes = rows.withBytes(1, 0) { $0.map(Array.init) }
      #expect(bytes == [UInt8(ascii: "y")])
      let isNull = rows.withBytes(9, 0) { $0 == nil }
      #expect(isNull)
    }
  }

  @Test func decodingErrors() async throws {
    try await withClient { client in
      let rows = try await client.query(
        "select 'secret'::text as t, null::int as n, 99999999999 as big, '{{1}}'::int[]")
      let mismatch = await failure { _ = try rows.decode(Int.self) }
      #expect(mismatch?.column == "t")
      await expectFailure(.decoding) { _ = try rows.decode((String, Int).self) }
      await expectFailure(.decoding) { _ = try rows.decode((String, Int?, Int32).self) }
      await expectFailure(.decoding) { _ = try rows.decode((String, Int?, Int, [Int]).self) }
      await expectFailure(.decoding) { _ = try rows.decode((String, Int?, Int, String, Int).self) }
    }
  }
}
