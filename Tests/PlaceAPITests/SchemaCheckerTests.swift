import Foundation
import Testing

@testable import PlaceAPI

/// A checker that accepts everything would make every other test green, so here each keyword has to refuse something.
@Suite("Schema checker")
struct SchemaCheckerTests {
  private static let api = #"""
    {"paths": {
       "/a/{id}/": {"get": {"responses": {
         "200": {"headers": {"X-A": {"required": true, "schema": {"type": "string", "pattern": "^[0-9]+$"}}},
                 "content": {"application/json": {"schema": {"$ref": "#/components/schemas/N"}},
                             "text/plain": {"schema": {"type": "string", "minLength": 3}}}},
         "304": {"$ref": "#/components/responses/Empty"},
         "405": {"content": {"application/problem+json": {"schema": {"required": ["type"]}}}}}}},
       "/a/b/": {"get": {"responses": {"204": {"description": ""}}}}},
     "components": {"schemas": {"N": {"type": "integer"}, "a/b": {"const": 1}},
                    "responses": {"Empty": {"description": ""}}}}
    """#

  private func checker() throws -> SchemaChecker { try SchemaChecker(openAPI: Data(Self.api.utf8)) }

  @Test(
    "Each keyword accepts and refuses",
    arguments: [
      (##"{"$ref": "#/components/schemas/N"}"##, "1", "1.5"),
      (##"{"$ref": "#/components/schemas/a~1b"}"##, "1", "2"),
      (#"{"type": "string"}"#, #""a""#, "1"),
      (#"{"type": "integer"}"#, "3.0", "3.5"),
      (#"{"type": "number"}"#, "3.5", "true"),
      (#"{"type": "boolean"}"#, "false", "0"),
      (#"{"type": "null"}"#, "null", "false"),
      (#"{"type": "array"}"#, "[]", "{}"),
      (#"{"type": "object"}"#, "{}", "[]"),
      (#"{"type": ["string", "null"]}"#, "null", "1"),
      (#"{"enum": ["a", 1]}"#, "1", #""b""#),
      (#"{"const": {"a": [1]}}"#, #"{"a": [1.0]}"#, #"{"a": [2]}"#),
      (#"{"required": ["a"]}"#, #"{"a": null}"#, #"{"b": 1}"#),
      (#"{"properties": {"a": {"type": "string"}}}"#, #"{"a": "x", "b": 1}"#, #"{"a": 1}"#),
      (#"{"properties": {"a": true}, "additionalProperties": false}"#, #"{"a": 1}"#, #"{"a": 1, "b": 2}"#),
      (#"{"additionalProperties": {"type": "null"}}"#, #"{"b": null}"#, #"{"b": 2}"#),
      (#"{"minProperties": 1}"#, #"{"a": 1}"#, "{}"),
      (#"{"items": {"type": "integer"}}"#, "[1, 2]", "[1, \"2\"]"),
      (#"{"minItems": 2}"#, "[1, 2]", "[1]"),
      (#"{"maxItems": 2}"#, "[1, 2]", "[1, 2, 3]"),
      (#"{"minimum": 0}"#, "0", "-0.1"),
      (#"{"maximum": 9}"#, "9", "9.1"),
      (#"{"minLength": 2}"#, #""åä""#, #""å""#),
      (#"{"maxLength": 2}"#, #""åä""#, #""abc""#),
      (#"{"pattern": "^[0-9]{3}$"}"#, #""853""#, #""85""#),
      (#"{"pattern": "b"}"#, #""abc""#, #""ac""#),
      (#"{"oneOf": [{"minimum": 0}, {"maximum": 9}]}"#, "10", "5"),
      (#"{"oneOf": [{"type": "string"}, {"type": "null"}]}"#, "null", "5"),
      (#"{"anyOf": [{"minimum": 5}, {"maximum": 3}]}"#, "3", "4"),
      (#"{"allOf": [{"minimum": 5}, {"maximum": 9}]}"#, "7", "10"),
      (#"{"items": false}"#, "[]", "[1]"),
    ])
  func keywords(schema: String, right: String, wrong: String) throws {
    let (checker, schema) = (try checker(), try CheckedJSON(schema))
    #expect(checker.check(try CheckedJSON(right), against: schema) == [])
    #expect(checker.check(try CheckedJSON(wrong), against: schema) != [])
  }

  @Test(
    "Formats are really checked",
    arguments: [
      ("date-time", "2026-02-28T23:59:59.123Z", true), ("date-time", "2024-02-29t00:00:00+03:00", true),
      ("date-time", "2026-02-29T00:00:00Z", false), ("date-time", "2026-02-28T00:00:00", false),
      ("date-time", "2026-02-28 00:00:00Z", false), ("date-time", "2026-13-01T00:00:00Z", false),
      ("date-time", "2026-01-01T24:00:00Z", false), ("date-time", "2026-01-01", false),
      ("uri", "http://127.0.0.1:8080/v1/place/a:%C3%A5/?x=1", true), ("uri", "mailto:a@b.fi", true),
      ("uri", "/v1/place/", false), ("uri", "http:///x", false), ("uri", "http://a/å", false),
      ("uri", "http://a/b c", false), ("uri", "http://a/%zz", false), ("uri", "", false),
      ("uri-reference", "/problems/gone", true), ("uri-reference", "/a b", false), ("uri-reference", "a#b#c", false),
    ])
  func formats(format: String, text: String, isRight: Bool) throws {
    let schema = CheckedJSON.object(["format": .string(format)])
    #expect(try checker().check(.string(text), against: schema).isEmpty == isRight)
  }

  @Test(
    "What the checker doesn't know is an error",
    arguments: [
      #"{"multipleOf": 2}"#, #"{"format": "ipv4"}"#, ##"{"$ref": "#/nowhere"}"##, #"{"$ref": "http://a/b"}"#, "3",
    ])
  func unknown(schema: String) throws {
    let schema = try CheckedJSON(schema)
    #expect(try checker().check(.string("a"), against: schema).count == 1)
    let parts = [
      #"{"paths": {"/a": {"get": {"parameters": [{"schema": SCHEMA}]}}}}"#,
      #"{"components": {"schemas": {"A": {"anyOf": [{"properties": {"example": {"items": SCHEMA}}}]}}}}"#,
    ]
    for part in parts {
      let schema = schema == .number(3) ? "3" : "\(try Self.text(schema))"
      let document = Data(part.replacingOccurrences(of: "SCHEMA", with: schema).utf8)
      #expect(throws: SchemaChecker.DocumentError.self) { try SchemaChecker(openAPI: document) }
    }
  }

  @Test(
    "Bad arguments of known keywords are found in the document",
    arguments: [
      #"{"type": "text"}"#, #"{"type": 1}"#, #"{"required": "a"}"#, #"{"minimum": "0"}"#, #"{"pattern": "("}"#,
      #"{"minItems": 1.5}"#, #"{"properties": []}"#,
    ])
  func arguments(schema: String) {
    let document = Data(#"{"components": {"schemas": {"A": \#(schema)}}}"#.utf8)
    #expect(throws: SchemaChecker.DocumentError.self) { try SchemaChecker(openAPI: document) }
  }

  @Test("Faults name the place in the document")
  func pointers() throws {
    let schema = try CheckedJSON(#"{"properties": {"a/b": {"items": {"required": ["c"]}}}}"#)
    #expect(try checker().check(CheckedJSON(#"{"a/b": [{"c": 1}, {}]}"#), against: schema) == ["/a~1b/1: lacks c"])
  }

  @Test(
    "Text that is no JSON is refused",
    arguments: [
      #"{"a": 1, "a": 1}"#, "{", "[1,]", "01", "1 2", "tru", "\"\u{1}\"", #""\x""#, "1e999", "NaN", "", "'a'", "+1",
    ])
  func syntax(text: String) {
    #expect(throws: (any Error).self) { try CheckedJSON(text) }
  }

  @Test("Text that is JSON is read")
  func reading() throws {
    let value = try CheckedJSON(#" {"å": [1e2, -0.5, "\u00e5\n\"", true, null, {}, []]} "#)
    let items: [CheckedJSON] = [
      .number(100), .number(-0.5), .string("å\n\""), .bool(true), .null, .object([:]), .array([]),
    ]
    #expect(value == .object(["å": .array(items)]))
  }

  @Test(
    "Whole answers",
    arguments: [
      ("/a/x:1/", "GET", 200, "application/json; charset=utf-8", "5", true),
      ("/a/x:1?b=c", "GET", 200, "application/json", "5", true), ("/a/{id}/", "GET", 200, "text/plain", "abc", true),
      ("/a/x", "HEAD", 200, "application/json", "", true), ("/a/x", "GET", 304, nil, "", true),
      ("/a/x", "OPTIONS", 204, nil, "", true), ("/a/b", "GET", 204, nil, "", true),
      ("/a/x", "PUT", 405, "application/problem+json", #"{"type": "x"}"#, true),
      ("/a/x", "GET", 200, "application/json", #""5""#, false), ("/a/x", "GET", 200, "application/json", "5 5", false),
      ("/a/x", "GET", 200, "text/html", "5", false), ("/a/x", "GET", 200, nil, "5", false),
      ("/a/x", "GET", 200, "text/plain", "ab", false), ("/a/x", "GET", 201, "application/json", "5", false),
      ("/a/x", "HEAD", 200, "application/json", "5", false), ("/a/x", "GET", 304, nil, "5", false),
      ("/a/x/y", "GET", 200, "application/json", "5", false), ("/b", "GET", 200, "application/json", "5", false),
      ("/a/b", "GET", 200, "application/json", "5", false), ("/a/x", "PUT", 200, "application/json", "5", false),
      ("/a/x", "PUT", 405, "application/problem+json", "{}", false), ("/a/x", "OPTIONS", 204, nil, "x", false),
    ] as [(String, String, Int, String?, String, Bool)])
  func responses(path: String, method: String, status: Int, type: String?, body: String, isRight: Bool) throws {
    let problems = try checker().checkResponse(
      path: path, method: method, status: status, contentType: type, body: Data(body.utf8))
    #expect(problems.isEmpty == isRight, "\(problems)")
  }

  @Test(
    "Required headers must be there and fit", arguments: [(["x-a": "12"], true), (["X-A": "b"], false), ([:], false)])
  func headers(headers: [String: String], isRight: Bool) throws {
    let problems = try checker().checkResponse(
      path: "/a/x", method: "GET", status: 200, contentType: "application/json", body: Data("5".utf8), headers: headers)
    #expect(problems.isEmpty == isRight)
  }

  private static func text(_ json: CheckedJSON) throws -> String {
    let pairs = (json.object ?? [:]).map {
      "\"\($0.key)\": \($0.value.number.map { "\($0)" } ?? "\"\($0.value.string ?? "")\"")"
    }
    return "{\(pairs.joined(separator: ", "))}"
  }
}

@Suite("openapi.json")
struct OpenAPIDocumentTests {
  private let bytes = Data(PackageResources.openapi_json)

  @Test("The checker understands every schema in it, and its own example of a place fits")
  func examples() throws {
    let checker = try SchemaChecker(openAPI: bytes)
    let place = try #require(checker.document["components"]?["schemas"]?["Place"])
    let example = try #require(place["example"])
    #expect(checker.check(example, schema: "Place") == [])
  }

  @Test("A place with a key too many, one too few or a wrong one is refused")
  func strictness() throws {
    let checker = try SchemaChecker(openAPI: bytes)
    let example = try #require(checker.document["components"]?["schemas"]?["Place"]?["example"]?.object)
    #expect(checker.check(.object(example.merging(["origin": .null]) { $1 }), schema: "Place").count == 1)
    for key in example.keys {
      var lacking = example
      lacking[key] = nil
      #expect(checker.check(.object(lacking), schema: "Place") == ["/: lacks \(key)"])
      #expect(checker.check(.object(example.merging([key: .array([.bool(true)])]) { $1 }), schema: "Place") != [])
    }
  }

  @Test("Every operation has an id of its own, a summary, a tag, and tells of 400, 405, 406, 429 and 500")
  func completeness() throws {
    let paths = try #require(try CheckedJSON(bytes)["paths"]?.object)
    var ids: Set<String> = []
    for (path, item) in paths {
      let operations = (item.object ?? [:]).filter { $0.key != "parameters" }
      #expect(!operations.isEmpty, "\(path)")
      for (_, operation) in operations {
        let isNew = ids.insert(operation["operationId"]?.string ?? "").inserted
        #expect(isNew, "\(path)")
        #expect(operation["summary"] != nil && operation["tags"] != nil && operation["parameters"] != .array([]))
        for status in ["400", "405", "406", "429", "500"] { #expect(operation["responses"]?[status] != nil, "\(path)") }
      }
    }
  }
}
