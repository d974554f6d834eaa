import Places
import Testing

@Suite("JSON is read as RFC 8259 says") struct JSONParserTests {
  @Test(
    "accepted",
    arguments: [
      ("null", .null), ("true", .bool(true)), (" \t\r\n false \n", .bool(false)), ("0", .integer(0)),
      ("-0", .integer(0)), ("-12", .integer(-12)), ("9223372036854775807", .integer(.max)),
      ("-9223372036854775808", .integer(.min)), ("9223372036854775808", .number(9_223_372_036_854_775_808)),
      ("1.5", .number(1.5)), ("1e2", .number(100)), ("1E+2", .number(100)), ("25e-1", .number(2.5)),
      ("-0.0", .number(-0.0)), ("5e-324", .number(.leastNonzeroMagnitude)), ("1e-400", .number(0)),
      ("[]", .array([])), ("[ 1 , [ ] ]", .array([.integer(1), .array([])])), ("{}", .object([])),
      ("{ \"a\" : { } , \"\" : [ null ] }", .object([.init("a", .object([])), .init("", .array([.null]))])),
      (#""""#, .string("")), (#""Åbo 😀""#, .string("Åbo 😀")),
      (#""\"\\\/\b\f\n\r\t""#, .string("\"\\/\u{8}\u{C}\n\r\t")),
      (#""\u0041\u00e5\u00E5\ud83D\uDe00""#, .string("Aåå😀")), (#""\u0000""#, .string("\0")),
      ("\"\u{7F}\u{2028}\"", .string("\u{7F}\u{2028}")),
    ] as [(String, JSONValue)])
  func accepted(text: String, value: JSONValue) throws {
    #expect(try JSONParser.parse(text) == value)
  }

  @Test(
    "refused",
    arguments: [
      "", " ", "nul", "NULL", "True", "tru", "nulll", "NaN", "Infinity", "-Infinity", "undefined", "'a'", "01", "-01",
      "00", "-", "+1", ".5", "1.", "1.e5", "1e", "1e+", "0x10", "1_000", "1 2", "1,", ",1", "- 1", "１", "1e400",
      "-1e400", "1" + String(repeating: "0", count: 400), "[", "]", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "[1;2]", "{",
      "}", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,", "{\"a\":1,}", "{,}", "{a:1}", "{'a':1}", "{1:1}", "{\"a\" 1}",
      "{\"a\":1 \"b\":2}", "{null:1}", "[1}", "{\"a\":1]", "\"", "\"a", "\"\\\"", "\"\\x41\"", "\"\\u12\"",
      "\"\\u12G4\"",
      "\"\\u+123\"", "\"\\u 123\"", "\"\\ud83d\"", "\"\\ud83d\\u0041\"", "\"\\ude00\"", "\"\\ude00\\ud83d\"",
      "\"\\ud83d\\n\"", "\"\\ud83d", "\"\\\n\"", "\"a\nb\"", "\"\t\"", "\"\u{0}\"", "\"\u{1F}\"", "\u{FEFF}1", "1\u{0}",
      "\u{A0}1", "// c\n1", "1 /* c */", "\"a\" b",
    ])
  func refused(text: String) {
    #expect(throws: JSONError.self) { try JSONParser.parse(text) }
  }

  @Test(
    "bytes that are not UTF-8 are refused",
    arguments: [
      [0x80], [0xC0, 0x80], [0xC3], [0xE4], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xFF], [0xE0, 0x80, 0xAF],
      [0xF0, 0x9F, 0x98],
    ] as [[UInt8]])
  func notUTF8(bytes: [UInt8]) {
    #expect(throws: JSONError.self) { try JSONParser.parse([0x22] + bytes + [0x22]) }
    #expect(throws: JSONError.self) { try JSONParser.parse([0x22, 0x5C, 0x6E] + bytes + [0x22]) }
  }

  @Test func theErrorTellsWhere() {
    let error = #expect(throws: JSONError.self) { try JSONParser.parse("[1, 2, x]") }
    #expect(error?.offset == 7)
    #expect(error?.description == "a value expected at byte 7")
  }

  @Test func nestingIsBounded() throws {
    func nested(_ depth: Int, _ open: String, _ close: String) -> String {
      String(repeating: open, count: depth) + "1" + String(repeating: close, count: depth)
    }
    var value = try JSONParser.parse(nested(128, "[", "]"))
    for _ in 0..<128 { value = try #require(value.arrayValue?.first) }
    #expect(value == .integer(1))
    #expect(throws: JSONError.self) { try JSONParser.parse(nested(129, "[", "]")) }
    #expect(throws: JSONError.self) { try JSONParser.parse(nested(129, "{\"a\":", "}")) }
    // A million brackets must end in an error, not in a full stack.
    #expect(throws: JSONError.self) { try JSONParser.parse(String(repeating: "[", count: 1_000_000)) }
    #expect(throws: JSONError.self) { try JSONParser.parse(Array("[[1]]".utf8), maximumDepth: 1) }
  }

  @Test func aRepeatedKeyKeepsItsLastValue() throws {
    #expect(
      try JSONParser.parse(#"{"a":1,"b":2,"a":3}"#) == .object([.init("a", .integer(3)), .init("b", .integer(2))]))
    // In large objects, too.
    let many = (0..<100).map { "\"k\($0)\":\($0)" }.joined(separator: ",")
    let value = try JSONParser.parse("{\(many),\"k0\":-1,\"k99\":-2}")
    #expect(value["k0"] == .integer(-1))
    #expect(value["k99"] == .integer(-2))
    #expect(value.members?.count == 100)
    #expect(value.members?.first?.key == "k0")
  }

  @Test func membersKeepTheirOrderAndLookUp() throws {
    let value = try JSONParser.parse(#"{"z":1.5,"a":"x","m":[true],"n":null}"#)
    #expect(value.members?.map(\.key) == ["z", "a", "m", "n"])
    #expect(value["z"]?.doubleValue == 1.5)
    #expect(value["a"]?.stringValue == "x")
    #expect(value["m"]?.arrayValue?.first?.boolValue == true)
    #expect(value["n"] == .null)
    #expect(value["none"] == nil)
    #expect(value["a"]?.integerValue == nil)
    #expect(JSONValue.integer(3).doubleValue == 3)
  }
}
