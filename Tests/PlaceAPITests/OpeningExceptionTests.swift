import HTTPTypes
import Places
import Postgres
import TestDatabase
import Testing

@testable import PlaceAPI

@Suite("Exceptions of opening hours over HTTP")
struct OpeningExceptionTests {
  private static let hall = OpeningHoursTests.hall
  private static let exceptions = OpeningHoursTests.exceptions

  private static func day(_ days: Int) -> String { OpeningHoursTests.day(days) }

  private static func ids(_ api: TestAPI, _ parameters: [(String, String)]) async throws -> [String] {
    try await OpeningHoursTests.ids(api, parameters)
  }

  @Test("An exception is a version: told in feed, history and list, found by its number, taken away again")
  func exceptions() async throws {
    try await OpeningHoursTests.with { api in
      let day = Self.day(30)
      let reply = try await api.write(
        .post, Self.exceptions, #"{"date": "\#(day)", "closed": true, "comment": "Itsenäisyyspäivä \"juhla\""}"#)
      #expect(reply.status == 201)
      let made = reply.json()
      let number = try #require(made["id"]?.integerValue)
      #expect(made["from"] == .string(day))
      #expect(made["to"] == .string(day))
      #expect(made["closed"] == .bool(true))
      #expect(made["actor"] == .string("turku"))
      #expect(reply.header("Location") == "http://test.fi" + Self.exceptions + "\(number)/")
      let sequence = try #require(reply.header("X-Change-Sequence").flatMap { Int($0) })
      let line = try await api.get("/v1/changes?after=\(sequence - 1)").json()["data"]?.arrayValue?.first
      #expect(line?["id"] == .string("turku:talo"))
      #expect(line?["version"] == .integer(2))
      let second = try await api.write(
        .post, Self.exceptions, #"{"from": "\#(day)", "to": "\#(Self.day(31))", "hours": "10-12"}"#)
      #expect(second.json()["hours"] == .string("10:00-12:00"), "stored in its normal form")
      let list = try await api.get(Self.exceptions)
      #expect(list.json()["data"]?.arrayValue?.count == 2)
      #expect(list.json()["data"]?.arrayValue?.first?.isSame(as: made) == true)
      #expect(try await api.get(Self.exceptions + "\(number)/").json().isSame(as: made))
      #expect(try await api.get(Self.hall).json()["opening_hours"]?["exceptions"]?.arrayValue?.count == 2)
      let history = try await api.get(Self.hall + "history/").json()["data"]?.arrayValue
      #expect(history?.count == 3)
      #expect(history?.first?["changed"]?.text.contains("/opening_hours/exceptions") == true)
      // Written back, and written without them, they stay.
      let document = String(decoding: try await api.get(Self.hall).plain, as: UTF8.self)
      #expect(try await api.write(.put, Self.hall, document).json()["version"] == .integer(3))
      let put = try await api.write(.put, Self.hall, #"{"name": {"fi": "Talo"}, "opening_hours": "Mo-Su 09:00-18:00"}"#)
      #expect(put.json()["opening_hours"]?["exceptions"]?.arrayValue?.count == 2)
      #expect(try await Self.ids(api, [("open_at", "\(day)T11:00:00"), ("ids", "turku:talo")]) == ["turku:talo"])
      let gone = try await api.write(.delete, Self.exceptions + "\(number)/")
      #expect(gone.status == 204)
      #expect(gone.header("X-Change-Sequence") != nil)
      #expect(try await api.write(.delete, Self.exceptions + "\(number)/").status == 404)
      #expect(try await api.get(Self.exceptions + "\(number)/").status == 404)
      #expect(try await api.get(Self.exceptions).json()["data"]?.arrayValue?.count == 1)
    }
  }

  @Test("An exception is made once however often its request is repeated, and only by those who may write the place")
  func exceptionRights() async throws {
    try await OpeningHoursTests.with { api in
      let body = #"{"date": "\#(Self.day(3))", "closed": true}"#
      let first = try await api.write(.post, Self.exceptions, body, key: "turku-editor", ["Idempotency-Key": "x"])
      let again = try await api.write(.post, Self.exceptions, body, key: "turku-editor", ["Idempotency-Key": "x"])
      #expect(first.json().isSame(as: again.json()))
      #expect(first.header("Location") == again.header("Location"))
      #expect(try await api.get(Self.exceptions).json()["data"]?.arrayValue?.count == 1)
      #expect(try await api.write(.post, Self.exceptions, body, key: nil).status == 401)
      #expect(try await api.write(.post, Self.exceptions, body, key: "kaarina-editor").status == 403)
      #expect(try await api.write(.post, Self.exceptions, body, key: "turku-reader").status == 403)
      #expect(try await api.write(.delete, Self.exceptions + "1", key: nil).status == 401)
      #expect(try await api.write(.post, "/v1/place/turku:nowhere/opening-exceptions", body).status == 404)
      #expect(try await api.get("/v1/place/turku:nowhere/opening-exceptions").status == 404)
      let stale = try await api.write(.post, Self.exceptions, body, key: "turku-editor", ["If-Match": "\"1.x\""])
      #expect(stale.status == 412)
      #expect(try await api.send(.patch, Self.exceptions, ["apikey": "turku-editor"], body: body).status == 405)
      _ = try await api.write(.delete, Self.hall)
      #expect(try await api.write(.post, Self.exceptions, body).status == 410)
      #expect(try await api.get(Self.exceptions).status == 410)
    }
  }

  @Test("What an exception may not be is refused with where and why")
  func wrongExceptions() async throws {
    try await OpeningHoursTests.with { api in
      let day = Self.day(1)
      let cases: [(String, String, String)] = [
        (#"{"closed": true}"#, "/date", "required"), (#"{"date": "\#(day)"}"#, "/hours", "required"),
        (#"{"date": "\#(day)", "closed": false}"#, "/hours", "required"),
        (#"{"date": "\#(day)", "hours": ""}"#, "/hours", "required"),
        (#"{"date": "\#(day)", "hours": "10:00-12:00", "closed": true}"#, "/hours", "hours-or-closed"),
        (#"{"date": "\#(day)", "from": "\#(day)", "to": "\#(day)", "closed": true}"#, "/date", "date-or-range"),
        (#"{"from": "\#(day)", "closed": true}"#, "/to", "required"),
        (#"{"to": "\#(day)", "closed": true}"#, "/from", "required"),
        (#"{"from": "\#(Self.day(2))", "to": "\#(day)", "closed": true}"#, "/to", "order"),
        (#"{"from": "\#(day)", "to": "\#(Self.day(367))", "closed": true}"#, "/to", "too-long"),
        (#"{"date": "2026-02-30", "closed": true}"#, "/date", "date"),
        (#"{"date": "0026-02-03", "closed": true}"#, "/date", "date"),
        (#"{"date": "\#(day)", "closed": "yes"}"#, "/closed", "wrong-type"),
        (#"{"date": "\#(day)", "hours": "Dec 24 10:00-12:00"}"#, "/hours", "opening-hours"),
        (#"{"date": "\#(day)", "hours": "auki ehkä"}"#, "/hours", "opening-hours"),
        (#"{"date": "\#(day)", "hours": 10}"#, "/hours", "wrong-type"),
        (#"{"date": "\#(day)", "closed": true, "why": "x"}"#, "/why", "unknown-key"), ("[]", "", "wrong-type"),
      ]
      for (body, pointer, code) in cases {
        let reply = try await api.write(.post, Self.exceptions, body)
        #expect(reply.status == 422, "\(body)")
        let errors = reply.json()["errors"]?.arrayValue ?? []
        #expect(
          errors.contains { $0["pointer"] == .string(pointer) && $0["code"] == .string(code) }, "\(body): \(errors)")
      }
      #expect(try await api.write(.post, Self.exceptions, "{").status == 400)
      #expect(try await api.get(Self.exceptions).json()["data"] == .array([]))
      let longest = #"{"from": "\#(day)", "to": "\#(Self.day(366))", "closed": true}"#
      #expect(try await api.write(.post, Self.exceptions, longest).status == 201)
    }
  }

  @Test("Redacted exceptions are nowhere any more")
  func redaction() async throws {
    try await OpeningHoursTests.with { api in
      let said = "Matti Meikämannerin hautajaiset"
      _ = try await api.write(
        .post, Self.exceptions, #"{"date": "\#(Self.day(1))", "closed": true, "comment": "\#(said)"}"#)
      #expect(try await api.database.tables(holding: said).count >= 3)
      let reply = try await api.write(
        .post, Self.hall + "redact", #"{"field": "/opening_hours/exceptions", "reason": "pyyntö"}"#, key: "admin")
      #expect(reply.status == 200)
      #expect(try await api.database.tables(holding: said) == [])
      #expect(
        try await Self.ids(api, [("open_at", "\(Self.day(1))T12:00:00"), ("ids", "turku:talo")]) == ["turku:talo"])
    }
  }
}
