import Places
import Testing

/// Event links as values: times, edits, documents, references.
@Suite("Events as values")
struct EventTests {
  private static func event(_ edit: (inout EventLink) -> Void = { _ in }) throws -> EventLink {
    var event = EventLink(id: try PlaceID("turku:1"), name: try #require(LocalizedText([.fi: "Keikka"])))
    event.start = EventTime("2026-06-01T18:00:00+03:00")
    edit(&event)
    return event
  }

  private static func document(_ event: EventLink) throws -> JSONValue {
    let bytes = EventDocument.stored(event).bytes.flatMap {
      $0 == EventDocument.base ? Array("https://x.fi".utf8) : [$0]
    }
    return try JSONParser.parse(Array("{".utf8) + bytes + Array("}".utf8))
  }

  private static func edit(_ body: String, _ event: EventLink, isNew: Bool = false, merges: Bool = false) throws
    -> EventEdit
  {
    var surroundings = EventEdit.Surroundings()
    surroundings.bases = ["https://x.fi", "http://old.fi/places"]
    surroundings.merges = merges
    return EventEdit(try JSONParser.parse(body), to: event, isNew: isNew, surroundings)
  }

  @Test(
    "Times without an offset are Helsinki's, dates are whole days, also where the clock changes",
    arguments: [
      ("2026-06-01", "2026-06-01", "2026-06-01T21:00:00.000000Z"),
      ("2026-12-01", "2026-12-01", "2026-12-01T22:00:00.000000Z"),
      ("2026-03-29", "2026-03-29", "2026-03-29T21:00:00.000000Z"),  // 23 hours
      ("2026-10-25", "2026-10-25", "2026-10-25T22:00:00.000000Z"),  // 25 hours
      ("2026-06-01T18:00", "2026-06-01T15:00:00Z", "2026-06-01T15:00:00.000000Z"),
      ("2026-06-01 18:00:00.25+03:00", "2026-06-01T15:00:00.250000Z", "2026-06-01T15:00:00.250000Z"),
    ])
  func times(given: String, text: String, end: String) throws {
    let time = try #require(EventTime(given))
    #expect(time.text == text)
    #expect(time.end.description == end)
    #expect(EventTime(end: time.end, isDate: time.isDate) == time, "as Linked Events stores an end")
    #expect(EventTime(time.text) == time, "what is answered reads back as the same")
    #expect(EventTime(String(given.prefix(7))) == nil)
  }

  @Test("It is over at its end, else when it starts; a day when the next one begins; never where the start is unknown")
  func ends() throws {
    #expect(try Self.event().ends?.short == "2026-06-01T15:00:00Z")
    #expect(try Self.event { $0.end = EventTime("2026-06-02") }.ends?.short == "2026-06-02T21:00:00Z")
    #expect(try Self.event { $0.start = EventTime("2026-06-01") }.ends?.short == "2026-06-01T21:00:00Z")
    #expect(try Self.event { $0.start = nil }.ends == nil)
  }

  @Test("What is answered and written back is the same event, whatever stands in it")
  func roundTrip() throws {
    let event = try Self.event {
      $0.publisher = "ahjo:u48"
      $0.name = LocalizedText([.fi: "Ä \"B\"\n<b>", .sv: "Å", .zhHans: "会"]) ?? .blank
      $0.description = LocalizedText([.en: "\u{1}<script>"])
      $0.type = .hobby
      $0.end = EventTime("2026-06-03")
      $0.status = .rescheduled
      $0.isPublic = false
      $0.superEvent = "turku:a/b c"
      $0.superEventType = .umbrella
      $0.keywords = ["yso:p1", "https://other.fi/v1/keyword/yso:p2/", "odd:ä,1"]
      $0.images = [.object([.init("url", .string("https://x.fi/a.jpg"))]).canonical]
      $0.customData = .object([.init("a", .null), .init("b", .array([.integer(1), .number(1.5)]))])
      $0.other = JSONValue.canonical([
        .init("audience_min_age", .integer(7)), .init("local", .bool(true)), .init("extension_course", .object([])),
        .init(
          "offers",
          .array([.object([.init("price", .object([.init("fi", .string(""))])), .init("is_free", .bool(true))])])),
      ])
    }
    let document = try Self.document(event)
    for merges in [false, true] {
      let edit = try Self.edit(document.text, event, merges: merges)
      #expect(edit.reader.errors == [])
      #expect(edit.event == event)
      #expect(edit.isDeleted == nil && edit.replacedBy == nil && edit.location == nil)
    }
    #expect(document["keywords"]?.arrayValue?.last?["@id"] == .string("https://x.fi/v1/keyword/odd:%C3%A4%2C1/"))
    #expect(document["super_event"]?["@id"] == .string("https://x.fi/v1/event/turku:a%2Fb%20c/"))
    #expect(document["videos"] == .array([]))
    #expect(document["environment"] == .null)
    #expect(event.isFree && event.minimumAge == 7)
  }

  @Test(
    "A location is an address of ours or a former one, a path or an id; another service's is refused",
    arguments: [
      (#""turku:a""#, "turku:a"), (#"{"@id": "https://x.fi/v1/place/turku:a/"}"#, "turku:a"),
      (#"{"@id": "HTTPS://X.fi/v1/place/turku%3Aa?x=1"}"#, "turku:a"), (#"{"id": "tprek:1"}"#, "tprek:1"),
      (#""http://old.fi/places/v1/place/a:b%2Fc/""#, "a:b/c"),
      (#"{"@id": "/v1/place/turku:a/", "name": {}}"#, "turku:a"),
    ])
  func location(given: String, id: String) throws {
    #expect(try Self.edit("{\"location\": \(given)}", Self.event()).location == .some(id))
  }

  @Test("What can't be an address is told; null means none")
  func noLocation() throws {
    #expect(try Self.edit(#"{"location": null}"#, Self.event()).location == .some(nil))
    for given in [
      #""https://y.fi/v1/place/turku:a/""#, #""https://x.fi.evil.fi/v1/place/turku:a/""#, "7", "[]", #"{"x": 1}"#,
      #""https://x.fi/v1/place/%FF/""#,
    ] {
      let edit = try Self.edit("{\"location\": \(given)}", Self.event())
      #expect(edit.reader.errors.map(\.pointer) == ["/location"], "\(given)")
    }
  }

  @Test("Keys in camelCase, keys near known ones, personal data of proposers")
  func keys() throws {
    let edit = try Self.edit(
      #"{"shortDescription": {"fi": "A"}, "audienceMinAge": 5, "typeId": "Course", "userEmail": "a@b.fi", "subEvents": [1]}"#,
      Self.event())
    #expect(edit.reader.errors == [])
    #expect(edit.event.shortDescription?.preferred == "A")
    #expect(edit.event.minimumAge == 5)
    #expect(edit.event.type == .course)
    #expect(edit.event.other.map(\.key) == ["audience_min_age"])
    let wrong = try Self.edit(#"{"locatoin": 1, "zzzzzzzzzzzz": 2}"#, Self.event())
    #expect(wrong.reader.errors.map(\.code) == ["unknown-key", "unknown-key"])
    #expect(wrong.reader.errors[0].detail.contains("location"))
  }

  @Test("An empty value is no value: what is answered without it needn't be kept")
  func empty() throws {
    let edit = try Self.edit(
      #"{"offers": [], "videos": null, "local": false, "custom_data": {}, "info_url": {"fi": ""}, "images": null}"#,
      Self.event())
    #expect(edit.reader.errors == [])
    #expect(edit.event == (try Self.event()))
  }
}
