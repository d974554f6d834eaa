import HTTPTypes
import Places
import Testing

@testable import PlaceAPI

@Suite("Places that are there already")
struct UnlessMatchTests {
  private static let copy = """
    {"data_source": "turku", "name": {"fi": "Kupittaan maauimala"}, "street_address": {"fi": "Blombergin aukio 12"},
     "postal_code": "20720", "post_office": {"fi": "Turku"}}
    """
  private static let new = #"{"data_source": "turku", "name": {"fi": "Meripaviljonki Aallokko"}}"#

  @Test("A copy is refused with the candidates, what is new gets in, and without the parameter all do")
  func one() async throws {
    try await PlaceWritingTests.with { api in
      for choice in ["true", "certain"] {
        let refused = try await api.write(.post, "/v1/place/?unless_match=\(choice)", Self.copy)
        #expect(refused.status == 409)
        #expect(refused.code() == "already-there")
        #expect(refused.json()["id"] == .string("turku:kupittaa-swim"))
        #expect(refused.json()["verdict"] == .string("match"))
        let candidate = refused.json()["candidates"]?.arrayValue?.first
        #expect(candidate?["id"] == .string("turku:kupittaa-swim"))
        #expect(candidate?["reasons"]?.arrayValue?.isEmpty == false)
      }
      #expect(try await api.write(.post, "/v1/place/?unless_match=true", Self.new).status == 201)
      #expect(try await api.write(.post, "/v1/place/?unless_match=false", Self.copy).status == 201)
      #expect(try await api.write(.post, "/v1/place/?unless_match=yes", Self.new).parameters() == ["unless_match"])
    }
  }

  @Test("What may be one of several is refused by true, and taken by certain")
  func ambiguous() async throws {
    try await PlaceWritingTests.with { api in
      let body = #"{"data_source": "turku", "name": {"fi": "Sama paikka"}}"#
      let refused = try await api.write(.post, "/v1/place/?unless_match=true", body)
      #expect(refused.status == 409)
      #expect(refused.json()["verdict"] == .string("ambiguous"))
      #expect((refused.json()["candidates"]?.arrayValue?.count ?? 0) > 1)
      #expect(try await api.write(.post, "/v1/place/?unless_match=certain", body).status == 201)
    }
  }

  @Test("Of an array all is refused, each element named; what is wrong in it comes first")
  func many() async throws {
    try await PlaceWritingTests.with { api in
      let refused = try await api.write(.post, "/v1/place/?unless_match=true", "[\(Self.new), \(Self.copy)]")
      #expect(refused.status == 409)
      let error = try #require(refused.json()["errors"]?.arrayValue?.first)
      #expect(error["pointer"] == .string("/1"))
      #expect(error["value"] == .string("turku:kupittaa-swim"))
      #expect(refused.json()["matches"]?.arrayValue?.first?["index"] == .integer(1))
      #expect(try await api.get("/v1/place/?text=Aallokko").count() == 0)
      let wrong = try await api.write(
        .post, "/v1/place/?unless_match=true", #"[{"data_source": "turku", "nmae": 1}, \#(Self.copy)]"#)
      #expect(wrong.status == 422)
      let twins = try await api.write(.post, "/v1/place/?unless_match=true", "[\(Self.new), \(Self.new)]")
      #expect(twins.status == 201, "elements are not compared with each other")
    }
  }

  @Test(
    "An id that was given before stays an ordinary conflict; an identifier finds its place; a repeated request is answered"
  )
  func ids() async throws {
    try await PlaceWritingTests.with { api in
      let taken = try await api.write(
        .post, "/v1/place/?unless_match=true", #"{"id": "turku:library", "name": {"fi": "Aivan muu"}}"#)
      #expect(taken.status == 409)
      #expect(taken.code() == "id-taken")
      let known = try await api.write(
        .post, "/v1/place/?unless_match=true",
        #"{"data_source": "turku", "name": {"fi": "Keskustakirjasto Oodi"}, "identifiers": [{"scheme": "tprek", "value": "51342"}]}"#
      )
      #expect(known.code() == "already-there")
      #expect(known.json()["id"] == .string("helsinki:oodi"))
      let first = try await api.write(
        .post, "/v1/place/?unless_match=true", Self.new, key: "turku-editor", ["Idempotency-Key": "u-1"])
      let second = try await api.write(
        .post, "/v1/place/?unless_match=true", Self.new, key: "turku-editor", ["Idempotency-Key": "u-1"])
      #expect(first.status == 201)
      #expect(second.status == 201, "it is not refused for being there by itself")
      #expect(second.json()["id"] == first.json()["id"])
      #expect(try await api.write(.post, "/v1/place/?unless_match=true", Self.copy, key: nil).status == 401)
    }
  }

  @Test("Drafts of others neither keep a place out nor are told")
  func drafts() async throws {
    try await PlaceWritingTests.with { api in
      let body = #"{"data_source": "kaarina", "name": {"fi": "Salainen uimahalli"}}"#
      let other = try await api.write(.post, "/v1/place/?unless_match=true", body, key: "kaarina-editor")
      #expect(other.status != 409 || !String(decoding: other.plain, as: UTF8.self).contains("turku:draft"))
      let own = try await api.write(
        .post, "/v1/place/?unless_match=true", #"{"data_source": "turku", "name": {"fi": "Salainen uimahalli"}}"#)
      #expect(String(decoding: own.plain, as: UTF8.self).contains("turku:draft"))
    }
  }
}
