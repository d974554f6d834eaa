import HTTPTypes
import PlaceStore
import Places
import Postgres
import TestDatabase
import Testing

@testable import PlaceAPI

@Suite("Redaction")
struct RedactionTests {
  private static let phone = "+358407654321"
  private static let place = "/v1/place/turku:salainen/"

  /// A place whose number changed, and which was then merged; everybody has looked at it.
  private static func with(_ body: (TestAPI) async throws -> Void) async throws {
    try await PlaceWritingTests.with { api in
      let made = try await api.write(
        .post, "/v1/place/",
        #"""
        {"id": "turku:salainen", "name": {"fi": "Matti Meikämanner", "sv": "Matti Meikämanner"},
         "telephone": {"fi": "\#(phone)", "sv": "\#(phone)"}, "email": "matti@meikamanner.fi",
         "description": {"fi": "Soita \#(phone)."}, "opening_hours": {"expression": "Mo 10:00-11:00 \"Matilta\""},
         "custom_data": {"hoitaja": {"nimi": "Liisa Virtanen", "numerot": [1234567]}, "muu": "jotain"}}
        """#, key: "turku-editor", ["Idempotency-Key": "a-1"])
      try #require(made.status == 201, "\(made.json())")
      _ = try await api.write(.patch, place, #"{"telephone": {"fi": "+358501112223"}}"#)
      _ = try await api.write(.patch, place, #"{"name": {"fi": "Kylätalo Ruusu"}}"#)
      _ = try await api.get(place)
      _ = try await api.get("/v1/place/?text=Meikämanner")
      try await body(api)
    }
  }

  private static func redact(_ api: TestAPI, _ field: String?, _ path: String = place) async throws -> TestAPI.Reply {
    let field = field.map { "\"field\": \"\($0)\", " } ?? ""
    return try await api.write(
      .post, path + "redact", #"{\#(field)"reason": "Pyysi itse, \#(phone)"}"#, key: "admin")
  }

  private static func history(_ api: TestAPI, _ id: String = "turku:salainen") async throws -> [JSONValue] {
    try await api.get("/v1/place/\(id)/history/", ["apikey": "turku-reader"]).json()["data"]?.arrayValue ?? []
  }

  @Test("A number of an old version is in no table, history, past or answer any more; versions, times and order stay")
  func everywhere() async throws {
    try await Self.with { api in
      _ = try await api.write(.patch, Self.place, #"{"description": null}"#)
      _ = try await api.database.client.query(
        """
        insert into place_delivered (pk, data_source, fields)
        select pk, 'turku', jsonb_build_object('telephone_fi', '040 765 4321', 'email', 'x', 'note', \(Self.phone)::text)
        from place where id = 'turku:salainen'
        """)
      let before = try await Self.history(api)
      let times = before.compactMap { $0["time"]?.stringValue }
      #expect(before.count == 4)
      #expect(try await api.database.tables(holding: Self.phone).count >= 4)
      let reply = try await Self.redact(api, "/telephone")
      #expect(reply.status == 200)
      #expect(reply.json()["redacted"] == .integer(4))
      #expect(reply.json()["fields"] == .array([.string("/telephone")]))
      #expect(reply.json()["unreachable"]?.arrayValue?.isEmpty == false)
      let sequence = try #require(Int(reply.header("X-Change-Sequence") ?? ""))
      // What the descriptions tell of it is another field.
      #expect(try await api.database.tables(holding: Self.phone) == ["public.place_history"])
      #expect(try await Self.redact(api, "/description/fi").json()["redacted"] == .integer(3))
      #expect(try await api.database.tables(holding: Self.phone).isEmpty)
      #expect(try await api.database.tables(holding: "+358501112223").isEmpty)
      let fields = try await api.database.client.query("select fields::text from place_delivered").string(0, 0)
      #expect(fields == #"{"email": "x"}"#)
      let read = try await api.get(Self.place).json()
      #expect(read["telephone"] == .null)
      #expect(read["version"] == .integer(4))
      #expect(read["held"]?.arrayValue?.contains(.string("/telephone")) == true)
      let after = try await Self.history(api)
      #expect(after.compactMap { $0["time"]?.stringValue } == times)
      #expect(after.map { $0["version"] } == before.map { $0["version"] })
      #expect(after.map { $0["redacted"]?.arrayValue?.count } == [1, 2, 2, 2])
      #expect(after[0]["redacted"]?.arrayValue?[0]["pointer"] == .string("/telephone"))
      for time in times {
        let past = try await api.get(Self.place + "?at=\(Paging.escape(time))")
        #expect(past.status == 200)
        #expect(past.json()["telephone"] == .null)
        #expect(past.json()["description"] == .null)
      }
      let lines = try await api.database.client.query(
        """
        select c.kind, c.public_kind, c.version, c.derived from change c join change_tx t using (tx)
        where t.first_seq + c.ordinal = \(sequence) and c.id = 'turku:salainen'
        """
      ).decode((String, String?, Int, Bool).self)
      #expect(lines.map { "\($0)" } == [#"("updated", Optional("updated"), 4, true)"#])
      let audit = try #require(try await api.database.store.audit(limit: 2).last)
      #expect(audit.person == "key:admin")
      #expect(audit.action.hasSuffix("/v1/place/turku:salainen/redact"))
      #expect(audit.detail?.contains("Pyysi itse, [redacted]") == true, "\(audit.detail ?? "")")
    }
  }

  @Test("What imports keep of a place goes, too: delivered rows, reports, uploaded files with their rejected rows")
  func imports() async throws {
    try await PlaceWritingTests.with { api in
      let csv = """
        id,name_fi,telephone_fi,email
        salainen,Kylätalo,\(Self.phone),matti@meikamanner.fi
        toinen,Toinen,+358401111111,\(Self.phone)

        """
      let upload = ImportRouteTests.upload + "&apply=true"
      let first = try await ImportRouteTests.send(api, upload, csv)
      #expect(first.json()["status"] == .string("applied"), "\(first.json().text)")
      let second = try await ImportRouteTests.send(
        api, upload, csv.replacing(Self.phone + ",matti", with: "+358501112223,matti"))
      #expect(second.json()["status"] == .string("applied"))
      let kept = "select delivered_before->>'telephone_fi' from import_place where session = "
      let session = try ImportRouteTests.id(second)
      #expect(try await api.database.text("\(kept)'\(session)' and delivered_before is not null") == Self.phone)
      // A report that quotes it.
      try await api.database.execute(
        """
        update import_session set report = jsonb_set(report, '{problems}', '[{"line": 2, "id": "turku:salainen",
          "severity": "warning", "code": "x", "field": "telephone_fi", "value": "\(Self.phone)", "detail": "Is \(Self.phone) right?"}]')
        """)
      #expect(try await api.database.number("select count(*) from import_file where role = 'upload'") == 2)
      let reply = try await Self.redact(api, "/telephone")
      #expect(reply.json()["redacted"] == .integer(2))
      // The other place has it in another field, which is its own.
      #expect(
        try await api.database.text("\(kept)'\(session)' and pk = (select pk from place where id = 'turku:salainen')")
          == "")
      #expect(try await api.database.number("select count(*) from import_file") == 0)
      let report = try await api.get("/v1/import/\(session)/", ["apikey": "turku-editor"]).json()["report"]
      #expect(report?["problems"]?.arrayValue?.first?["value"] == .string("[redacted]"))
      #expect(report?["problems"]?.arrayValue?.first?["detail"] == .string("Is [redacted] right?"))
      #expect(report?["rows"] == .integer(2))
      _ = try await Self.redact(api, nil, "/v1/place/turku:toinen/")
      #expect(try await api.database.tables(holding: Self.phone).isEmpty)
      let undone = try await api.write(.post, "/v1/import/\(session)/undo")
      #expect(undone.status == 200 || undone.code() == "later-edits")
      #expect(try await api.database.tables(holding: Self.phone).isEmpty)
    }
  }

  @Test("Without a field all personal data goes; a second time there is nothing, and nothing is written")
  func allFields() async throws {
    try await Self.with { api in
      let reply = try await Self.redact(api, nil)
      #expect(
        reply.json()["fields"]
          == .array(["/email", "/telephone", "/description", "/custom_data"].map { .string($0) }))
      for text in [Self.phone, "meikamanner.fi", "Liisa", "1234567", "jotain"] {
        #expect(try await api.database.tables(holding: text).isEmpty, "\(text)")
      }
      let read = try await api.get(Self.place).json()
      #expect(read["custom_data"]?["redacted"]?.stringValue != nil)
      let again = try await Self.redact(api, nil)
      #expect(again.status == 200)
      #expect(again.json()["redacted"] == .integer(0))
      #expect(again.header("X-Change-Sequence") == reply.header("X-Change-Sequence"))
    }
  }

  @Test("In free JSON a pointer reaches inside; opening hours that nobody else has go with their words")
  func inside() async throws {
    try await Self.with { api in
      #expect(try await Self.redact(api, "/custom_data/hoitaja/numerot/0").json()["redacted"] == .integer(3))
      #expect(try await api.database.tables(holding: "1234567").isEmpty)
      let data = try await api.get(Self.place).json()["custom_data"]
      #expect(data?["hoitaja"]?["nimi"] == .string("Liisa Virtanen"))
      #expect(data?["hoitaja"]?["numerot"]?.arrayValue?.first?["redacted"]?.stringValue != nil)
      let shown = try await api.get(Self.place).json().text
      #expect(try await api.write(.put, Self.place, shown).status == 200)
      #expect(try await Self.history(api).count == 3)
      #expect(try await Self.redact(api, "/opening_hours/expression").json()["redacted"] == .integer(3))
      #expect(try await api.database.tables(holding: "Matilta").isEmpty)
      #expect(try await api.get(Self.place).json()["opening_hours"] == .null)
    }
  }

  @Test("A name goes out of alternate names, merges, survivors, search and its words; the merged id is redacted itself")
  func names() async throws {
    try await Self.with { api in
      _ = try await api.write(.post, Self.place + "merge", #"{"into": "turku:library"}"#)
      _ = try await api.write(.post, "/v1/place/turku:library/merge", #"{"into": "turku:renovated"}"#)
      #expect(try await api.get("/v1/place/?text=Meikämanner").ids() == ["turku:renovated"])
      #expect(try await api.database.tables(holding: "meikamanner").contains("public.search_word"))
      let reply = try await Self.redact(api, "/name")
      #expect(reply.json()["others"] == .array([.string("turku:library"), .string("turku:renovated")]))
      #expect(try await api.database.tables(holding: "Meikämanner").isEmpty)
      #expect(try await api.database.tables(holding: "Kylätalo Ruusu").isEmpty)
      #expect(try await api.database.tables(holding: "matti meik").isEmpty)
      #expect(
        try await api.database.client.query("select count(*) from search_word where plain in ('meikamanner', 'ruusu')")
          .int(0, 0) == 0)
      #expect(try await api.get("/v1/place/?text=Meikämanner").ids().isEmpty)
      let survivors = try await Self.history(api, "turku:renovated")
      #expect(survivors[0]["redacted"]?.arrayValue?.first?["pointer"] == .string("/alternate_names"))
      #expect(try await api.get(Self.place).status == 301)
      let lines = try await api.database.client.query(
        """
        select id from change c join change_tx using (tx)
        where tx = (select max(tx) from change_tx) order by id
        """
      ).decode(String.self)
      #expect(lines == ["turku:library", "turku:renovated", "turku:salainen"])
      let revived = try await api.write(.patch, Self.place, #"{"deleted": false, "replaced_by": null}"#)
      #expect(revived.status == 200)
      #expect(revived.json()["name"] == .object([.init("fi", .string("redacted")), .init("sv", .string("redacted"))]))
    }
  }

  @Test("Deleted places and drafts are redacted, the reason of a deletion with them")
  func deleted() async throws {
    try await Self.with { api in
      _ = try await api.write(.delete, Self.place + "?reason=Matti%20kuoli")
      let reply = try await Self.redact(api, nil)
      #expect(reply.json()["fields"]?.arrayValue?.last == .string("/reason"))
      #expect(try await api.database.tables(holding: "kuoli").isEmpty)
      let gone = try await api.get(Self.place)
      #expect(gone.status == 410)
      #expect(gone.json()["reason"] == .null)
      #expect(reply.header("X-Change-Sequence") != nil)
      let draft = try await Self.redact(api, "/name", "/v1/place/turku:draft/")
      #expect(draft.json()["redacted"] == .integer(1))
      #expect(try await api.get("/v1/place/turku:draft/").status == 404)
    }
  }

  private static let wrongBodies = [
    #"{"reason": "x", "version": 1}"#, #"{"field": "/name"}"#, #"{"field": "email", "reason": "x"}"#,
    #"{"field": "/id", "reason": "x"}"#, #"{"field": "/name/xx", "reason": "x"}"#, #"{"field": 3, "reason": "x"}"#,
    #"{"reason": " "}"#, "[]",
  ]

  @Test("Only admins redact; what is wrong is told, whoever else asks learns nothing")
  func refusals() async throws {
    try await Self.with { api in
      let body = #"{"field": "/name", "reason": "x"}"#
      for entity in ["place", "event"] {
        let path = "/v1/\(entity)/turku:salainen/redact"
        let keyless = try await api.write(.post, path, body, key: nil)
        #expect(keyless.status == 401)
        for key in ["turku-editor", "turku-reader", "kaarina-editor"] {
          let refused = try await api.write(.post, path, body, key: key)
          #expect(refused.status == 403)
        }
        for wrong in Self.wrongBodies {
          let refused = try await api.write(.post, path, wrong, key: "admin")
          #expect(refused.status == 422, "\(entity) \(wrong)")
        }
      }
      #expect(try await api.write(.post, "/v1/place/turku:never/redact", body, key: "admin").status == 404)
      #expect(
        try await api.write(.post, "/v1/event/turku:never/redact", #"{"reason": "x"}"#, key: "admin").status == 404)
      #expect(try await api.get(Self.place).json()["email"] == .string("matti@meikamanner.fi"))
    }
  }

  @Test("An event's personal data is in no version, answer or search; its other fields stay")
  func events() async throws {
    try await PlaceWritingTests.with { api in
      let id = try PlaceID("turku:jumppa")
      for (number, phone) in [Self.phone, "+358501112223"].enumerated() {
        _ = try await api.database.store.write(by: Author(actor: "turku", action: "test")) { transaction in
          let locked = try await transaction.lockEvents([id], locations: ["turku:library"])
          var event = EventLink(id: id, name: try #require(LocalizedText([.fi: "Jumppa"])))
          event.start = EventTime("2030-06-01T18:00:00+03:00")
          event.provider = LocalizedText([.fi: "Aaretti Ohjaaja"])
          event.description = LocalizedText([.fi: "Soita \(phone)", .sv: "Ringla \(number)"])
          event.other = [
            .init("provider_contact_info", .object([.init("fi", .string(phone))])),
            .init("registration", .object([.init("contact", .string(phone))])),
          ]
          let change = EventChange(
            event, existing: locked.events[id], target: locked.locations["turku:library"]?.target)
          try await transaction.save([change])
        }
      }
      let path = "/v1/event/turku:jumppa/"
      #expect(try await api.get("/v1/event/?text=Aaretti").ids() == ["turku:jumppa"])
      #expect(try await Self.redact(api, "/registration/contact", path).json()["redacted"] == .integer(2))
      #expect(
        try await api.get(path).json()["registration"]?["contact"]?["redacted"]?.stringValue != nil)
      #expect(try await Self.redact(api, "/description/fi", path).json()["redacted"] == .integer(2))
      #expect(try await api.get(path).json()["description"] == .object([.init("sv", .string("Ringla 1"))]))
      let reply = try await Self.redact(api, nil, path)
      #expect(reply.status == 200)
      for text in [Self.phone, "+358501112223", "aaretti", "Ringla"] {
        #expect(try await api.database.tables(holding: text).isEmpty, "\(text)")
      }
      let event = try await api.get(path).json()
      #expect(event["name"]?["fi"] == .string("Jumppa"))
      #expect(event["version"] == .integer(2))
      #expect(event["provider"] == .null)
      #expect(event["provider_contact_info"] == .null)
      #expect(event["registration"]?["redacted"]?.stringValue != nil)
      #expect(event["location"]?["@id"]?.stringValue?.hasSuffix("/v1/place/turku:library/") == true)
      #expect(try await api.get("/v1/event/?text=Aaretti").ids().isEmpty)
      #expect(try await Self.redact(api, nil, path).json()["redacted"] == .integer(0))
      let lines = try await api.database.client.query(
        "select version, derived from change where entity = 'event' and kind = 'updated' order by tx"
      ).decode((Int, Bool).self)
      #expect(lines.map(\.0) == [2, 2, 2, 2])
      #expect(lines.map(\.1) == [false, true, true, true])
    }
  }
}
