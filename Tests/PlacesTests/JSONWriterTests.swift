import Places
import Testing

@Suite("JSON is written compactly and reads back") struct JSONWriterTests {
  @Test(
    "what is read is written the same",
    arguments: [
      "null", "true", "0", "-5", "9223372036854775807", "1.5", "0.1", "-60.1719", "1e-07", "1.7976931348623157e+308",
      "5e-324", "\"\"", "\"Åbo 😀\"", #""\"\\\n\r\t\u0000\u0001\u001f""#, "[]", "{}", "[[],{},[1,\"a\",null]]",
      #"{"a":{"b":[1,2]},"":null,"z":false}"#, "23460952.7", "24.9414000001",
    ])
  func roundTrip(text: String) throws {
    let value = try JSONParser.parse(text)
    #expect(value.text == text)
    #expect(try JSONParser.parse(value.text) == value)
  }

  @Test(
    "doubles read back bit for bit",
    arguments: [
      0.1 + 0.2, 1 / 3, 25.01497, 6_703_718.4, 1e15, 1e15 + 2, 123_456_789_012_345_680, 1e22, .leastNonzeroMagnitude,
      .pi,
      .leastNormalMagnitude, .greatestFiniteMagnitude, -7.000000001, 22.290_700_000_000_001,
    ])
  func doubles(number: Double) throws {
    var writer = JSONWriter()
    writer.double(number)
    #expect(try JSONParser.parse(writer.string).doubleValue == number)
  }

  @Test(
    "whole doubles have no point",
    arguments: [(0.0, "0"), (-0.0, "0"), (3, "3"), (-42, "-42"), (1e14, "100000000000000")])
  func wholeDoubles(number: Double, text: String) {
    #expect(JSONValue.number(number).text == text)
  }

  @Test("what JSON can't say becomes null", arguments: [Double.nan, .infinity, -.infinity])
  func notFinite(number: Double) {
    #expect(JSONValue.array([.number(number), .integer(1)]).text == "[null,1]")
  }

  @Test func everyControlCharacterIsEscapedInValuesAndKeys() throws {
    for value in 0..<0x20 as Range<UInt32> {
      let text = String(Unicode.Scalar(value)!)
      let json = JSONValue.object([.init(text, .string("a\(text)b"))]).text
      #expect(json.utf8.allSatisfy { $0 >= 0x20 })
      #expect(try JSONParser.parse(json)[text]?.stringValue == "a\(text)b")
    }
  }

  @Test func hostileTextStaysWithinItsString() throws {
    let hostile = "\"},{\"id\":\"x\\\" </script>\r\n\u{2028}\u{7F}"
    let json = JSONValue.object([.init(hostile, .string(hostile))]).text
    #expect(try JSONParser.parse(json) == .object([.init(hostile, .string(hostile))]))
    #expect(json.hasPrefix(#"{"\"},{\"id\":\"x\\\" </script>\r\n"#))
  }

  @Test func commasStandBetweenAndNowhereElse() {
    var w = JSONWriter(capacity: 1)
    w.beginObject()
    w.member("a", "x")
    w.member("b", nil as String?)
    w.key("c")
    w.beginArray()
    w.integer(1)
    w.beginArray()
    w.endArray()
    w.beginObject()
    w.endObject()
    w.bool(true)
    w.double(nil)
    w.raw("{\"r\":1}".utf8)
    w.endArray()
    w.member("d", LocalizedText([.sv: "S", .fi: "F"]))
    w.member("e", nil as LocalizedText?)
    w.endObject()
    #expect(w.string == #"{"a":"x","b":null,"c":[1,[],{},true,null,{"r":1}],"d":{"fi":"F","sv":"S"},"e":null}"#)
  }

  @Test func substringsOfOtherStringsAreWrittenWhole() throws {
    // Bridged and sliced strings have other storages; all bytes must arrive.
    let long = String(repeating: "ä\n", count: 10_000)
    #expect(
      try JSONParser.parse(JSONValue.string(String(long.dropFirst(3))).text).stringValue == String(long.dropFirst(3)))
  }
}
