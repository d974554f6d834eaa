import PlaceImport
import Places
import Testing

@Suite struct MappingTests {
  private let objects = #"""
    {"count": 2, "next": null, "page": {"found": [
      {"key": 7, "name": "Sali", "names": [{"language": "fi", "value": "Halli"}, {"language": "sv", "value": "Hallen"}],
       "at": {"e": 23460952.7, "n": 6703718.40, "lon": 25.01497}, "open": true, "www": "www.a.fi", "state": 2, "street": "Katu", "number": "",
       "tags": ["a", "b"], "extra": {"deep": [{"x": 1}]}},
      {"key": 123456789012345678901234, "name": null, "state": 9}
    ], "more": []}, "end": 1}
    """#

  @Test func eachFormOfValue() throws {
    let read = try ReadRows(
      objects,
      mapping: #"""
        {"description": "test", "rows": "/page/found", "crs": "EPSG:3877", "fields": {
          "id": "/key", "name_fi": ["/missing", "/name"],
          "name_sv": {"pointer": "/names", "where": {"language": ["sv", "se"]}, "then": "/value"},
          "name_en": "/names/0/value", "x": "/at/e", "y": "/at/n", "lon": "/at/lon",
          "identifiers": {"template": "own={/key};{{x}}"}, "kind": {"value": "venue"},
          "info_url_fi": {"pointer": "/www", "web": true}, "street_address_fi": {"join": ["/street", "/number"]},
          "alternate_names_fi": {"pointer": "/names", "then": "/value", "separator": "|"},
          "description_fi": {"pointer": "/tags", "separator": ", "},
          "status": {"pointer": "/state", "values": {"2": "draft"}, "otherwise": "public"},
          "custom_data.open": "/open", "custom_data.tags": "/tags"}}
        """#)
    let row = try #require(read.rows.first)
    let expected = [
      "id": "7", "name_fi": "Sali", "name_sv": "Hallen", "name_en": "Halli", "x": "23460952.7", "y": "6703718.4",
      "lon": "25.01497", "info_url_fi": "https://www.a.fi", "identifiers": "own=7;{x}", "kind": "venue",
      "street_address_fi": "Katu",
      "alternate_names_fi": "Halli|Hallen", "description_fi": "a, b", "status": "draft", "custom_data.open": "true",
      "custom_data.tags": #"["a","b"]"#,
    ]
    #expect(row == expected)
    #expect(read.header == read.header.filter { expected[$0] != nil })
    #expect(read.rows[1]["id"] == "123456789012345678901234")
    #expect(read.rows[1]["name_fi"] == "")
    #expect(read.rows[1]["status"] == "public")
    #expect(read.sources.map(\.line) == [2, 5])
    #expect(read.crs == .epsg(3877))
    #expect(read.remarks.map(\.detail).joined().contains("/extra/deep/0/x"))
    #expect(!read.remarks.map(\.detail).joined().contains("/names"))
  }

  @Test func aMappingIsSavedAsItWasWritten() throws {
    let text = #"{"rows":"/a","fields":{"id":"/b","name_fi":{"join":["/c","/d"],"separator":"-"}}}"#
    let mapping = try ImportMapping(text: text, kind: .places)
    #expect(mapping.json.text == text)
    #expect(try ImportMapping(json: mapping.json, kind: .places) == mapping)
    #expect(mapping.fields == ["id", "name_fi"])
  }

  @Test func everythingWrongIsToldAtOnce() throws {
    let failure = try #require(
      importFailure {
        _ = try ImportMapping(
          text: #"""
            {"row": "/a", "crs": "TM35", "fields": {"nmae_fi": "/n", "id": "/a~2", "kind": {"valeu": "venue"},
              "name_sv": {"template": "{/a"}, "email": 5, "status": {"pointer": "/s", "values": []}, "lon": [],
              "name_en": {"value": "x", "where": {}}}}
            """#, kind: .places)
      })
    #expect(failure.flag == "--mapping")
    for part in [
      "/row: there is no such key. Did you mean rows?", "/crs", "/fields/nmae_fi", "Did you mean name_fi?",
      "/fields/id",
      "Did you mean value?", "/fields/name_sv/template", "/fields/email", "/fields/status/values", "/fields/lon",
      "/fields/name_en/where",
    ] {
      #expect(failure.detail.contains(part), "\(part)")
    }
    #expect(importFailure { _ = try ImportMapping(text: "{}", kind: .places) }?.detail.contains("/fields") == true)
    #expect(importFailure { _ = try ImportMapping(text: "[", kind: .places) }?.code == "mapping")
    #expect(
      importFailure { _ = try ImportMapping(text: #"{"fields":{"streetfi":"a"}}"#, kind: .addresses) }?.detail
        .contains("street_fi") == true)
  }

  @Test func columnsOfATable() throws {
    let read = try ReadRows(
      "Nimi;Katu;Nro;tila\nSali;Kuja;4;x\n;;;\n", name: "a.csv",
      mapping: #"""
        {"fields": {"name_fi": "nimi", "id": {"template": "{/Nimi}-{Nro}"}, "kind": {"value": "venue"},
          "street_address_fi": {"join": ["Katu", "Nro"]}, "status": {"column": "Tila", "values": {"x": "draft"}}}}
        """#)
    #expect(read.header == ["name_fi", "id", "kind", "street_address_fi", "status"])
    #expect(read.sources[0].fields == ["Sali", "Sali-4", "venue", "Kuja 4", "draft"])
    #expect(read.sources[1].isBlank)
    let failure = importFailure {
      _ = try ReadRows(
        "Nimi,Katu\na,b\n", name: "a.csv", mapping: #"{"fields": {"name_fi": "Nimo", "id": "Avain"}}"#)
    }
    #expect(failure?.detail.contains("no column \"Nimo\". Did you mean \"Nimi\"?") == true)
    #expect(failure?.detail.contains("\"Avain\"") == true)
  }

  @Test func anObjectWhereTextIsNeededIsAFault() throws {
    let read = try ReadRows(
      #"[{"id": 1, "name": {"fi": "Sali"}}, 5, {"id": 2, "name": ["x"]}, {"id": 3, "name": []}]"#,
      mapping: #"{"fields": {"id": "id", "name_fi": "/name"}}"#)
    #expect(read.sources.map { $0.fault?.code } == ["mapping", "json", "mapping", nil])
    #expect(read.sources[0].fault?.detail.contains("/name/fi") == true)
    #expect(read.rows[0]["id"] == "1")
  }

  @Test func rowsThatAreNotThere() throws {
    func code(_ text: String, _ rows: String) -> String? {
      importFailure { _ = try ReadRows(text, mapping: #"{"rows": "\#(rows)", "fields": {"id": "/a"}}"#) }?.code
    }
    #expect(code(#"{"a": {"b": 1}}"#, "/a/b") == "rows")
    #expect(code(#"{"a": {"b": []}}"#, "/a/c") == "rows")
    #expect(code(#"[[1], [{"a": 1}]]"#, "/2") == "rows")
    #expect(code(#"[[1], [{"a": 1}]]"#, "/1") == nil)
    #expect(code(#"{"a": [{"a": 1}"#, "/a") == "json")
    #expect(code(#"{"a": [{"a": 1}], "b": {"a": 2}, "c"}"#, "/a") == "json")
  }

  @Test func nestingAndSizeAreBounded() throws {
    let deep = String(repeating: "[", count: 200_000)
    let read = try ReadRows(
      #"{"id": 1, "a": \#(deep)\#(String(repeating: "]", count: 200_000))}"# + "\n{\"id\": 2}\n",
      mapping: #"{"fields": {"id": "/id"}}"#)
    #expect(read.sources.map { $0.fault?.code } == ["json", nil])
    #expect(importFailure { _ = try ReadRows(deep, mapping: #"{"fields": {"id": "/id"}}"#) } != nil)
    #expect(importFailure { _ = try ReadRows(#"{"a":"# + deep, mapping: #"{"fields": {"id": "/id"}}"#) } != nil)
    #expect(importFailure { _ = try ImportMapping(text: deep, kind: .places) }?.code == "mapping")
  }

  @Test(
    arguments: [
      ("", true), ("/a/0/b", true), ("/a~1b/~0", true), ("a", false), ("/a~", false), ("/a~2", false), ("/", true),
    ])
  func pointers(_ text: String, _ isValid: Bool) {
    #expect((JSONPointer(text) != nil) == isValid)
    if isValid { #expect(JSONPointer(text)?.description == text) }
  }
}
