import Foundation
import HTTPTypes
import Places
import Testing

@testable import PlaceAPI

/// What HTTP itself promises: validators, codings, methods, cross-origin use, request ids.
@Suite("Caching, codings and methods")
struct CachingTests {
  private static let place = "/v1/place/turku:library/"

  @Test("ETags begin with the version and differ by srid, form and coding")
  func validators() async throws {
    try await TestAPI.with { api in
      let variants: [(String, [String: String])] = [
        (Self.place, [:]), (Self.place + "?srid=3067", [:]), (Self.place + "?format=geojson", [:]),
        (Self.place + "?format=jsonld", [:]), (Self.place, ["Accept-Encoding": "gzip"]),
      ]
      var tags: Set<String> = []
      for (target, headers) in variants {
        let reply = try await api.get(target, headers)
        let tag = try #require(reply.header("ETag"))
        #expect(tag.hasPrefix("\"1."))
        #expect(reply.header("Cache-Control") == "public, no-cache")
        #expect(reply.header("Vary") == "Accept, Accept-Encoding, Apikey, Authorization")
        tags.insert(tag)
        #expect(try await api.get(target, headers).header("ETag") == tag, "the same answer keeps its tag")
      }
      #expect(tags.count == variants.count)
    }
  }

  @Test("If-None-Match: lists, weak tags and * give 304; others give 200")
  func notModified() async throws {
    try await TestAPI.with { api in
      for target in [Self.place, "/v1/place/?text=kirjasto", "/v1/municipality/", "/v1/postal_code/20100/"] {
        let tag = try await api.get(target).header("ETag") ?? "none"
        for header in [tag, "W/" + tag, "\"x\", \(tag)", "\"x\",W/\(tag) , \"y\"", "*"] {
          let reply = try await api.get(target, ["If-None-Match": header])
          #expect(reply.status == 304, "\(target) \(header)")
          #expect(reply.body.isEmpty)
          #expect(reply.header("ETag") == tag)
          #expect(reply.header("Cache-Control") != nil)
          #expect(try await api.send(.head, target, ["If-None-Match": header]).status == 304)
        }
        for header in ["\"x\"", String(tag.dropFirst().dropLast()), "", "W/"] {
          #expect(try await api.get(target, ["If-None-Match": header]).status == 200, "\(target) \(header)")
        }
      }
      #expect(try await api.get("/v1/place/odd:none/", ["If-None-Match": "*"]).status == 404)
    }
  }

  @Test(
    "gzip exactly when the client takes it",
    arguments: [
      ("gzip", true), ("GZIP", true), ("br, gzip;q=0.5", true), ("*", true), ("identity", false), ("", false),
      ("gzip;q=0", false), ("gzip;q=0, *", false), ("*;q=0", false), ("br", false), ("gzip;q=0.000", false),
    ])
  func codings(header: String, isCompressed: Bool) async throws {
    try await TestAPI.with { api in
      let target = "/v1/place/?show_all_places=true"
      let reply = try await api.get(target, ["Accept-Encoding": header])
      #expect((reply.header("Content-Encoding") == "gzip") == isCompressed)
      #expect(try await api.get(target).body == reply.plain)
      #expect(isCompressed == (reply.body.count < reply.plain.count))
      let small = try await api.get("/v1/postal_code/20100/", ["Accept-Encoding": header])
      #expect(small.header("Content-Encoding") == nil, "too small to be worth it")
    }
  }

  @Test("HEAD has GET's headers and length and no body", arguments: [nil, "gzip"])
  func head(coding: String?) async throws {
    try await TestAPI.with { api in
      let headers = coding.map { ["Accept-Encoding": $0] } ?? [:]
      for target in [
        Self.place, "/v1/place/", "/health", "/v1/municipality/853/", "/openapi.json", "/docs", "/metrics",
      ] {
        let get = try await api.get(target, headers)
        let head = try await api.send(.head, target, headers)
        #expect(head.status == get.status)
        #expect(head.body.isEmpty)
        #expect(head.header("Content-Length") == String(get.body.count), "\(target)")
        for name in ["ETag", "Content-Type", "Cache-Control", "Content-Encoding"] {
          #expect(head.header(name) == get.header(name), "\(target) \(name)")
        }
      }
      #expect(try await api.send(.head, "/v1/place/odd:none/").status == 404)
    }
  }

  @Test("OPTIONS tells what is allowed; other methods are 405 with Allow")
  func methods() async throws {
    try await TestAPI.with { api in
      let allowed: [String: [HTTPRequest.Method]] = [
        "/v1/place/": [.post], Self.place: [.put, .delete, .patch], "/v1/municipality/": [], "/health": [],
      ]
      for (target, writing) in allowed {
        let allow = (["GET", "HEAD"] + writing.map(\.rawValue).sorted() + ["OPTIONS"]).joined(separator: ", ")
        let options = try await api.send(
          .options, target, ["Origin": "https://a.fi", "Access-Control-Request-Headers": "apikey"])
        #expect(options.status == 204)
        #expect(options.header("Allow") == allow)
        #expect(options.header("Access-Control-Allow-Methods")?.contains("GET") == true)
        #expect(options.header("Access-Control-Allow-Headers") == "apikey")
        for method in writing { #expect(try await api.send(method, target).status == 401) }
        for method in [.post, .put, .delete, .patch] as [HTTPRequest.Method] where !writing.contains(method) {
          let reply = try await api.send(method, target)
          #expect(reply.status == 405)
          #expect(reply.header("Allow") == allow)
          #expect(reply.code() == "method-not-allowed")
        }
      }
    }
  }

  @Test("Every answer is open to other origins")
  func crossOrigin() async throws {
    try await TestAPI.with { api in
      for target in [Self.place, "/v1/place/?bbox=1", "/v1/place/odd:none/", "/nothing", "/health"] {
        let reply = try await api.get(target, ["Origin": "https://a.fi"])
        #expect(reply.header("Access-Control-Allow-Origin") == "*", "\(target)")
        #expect(reply.header("Access-Control-Expose-Headers")?.contains("ETag") == true)
      }
    }
  }

  @Test("A slash at the end or not, and percent-encoded ids")
  func addresses() async throws {
    try await TestAPI.with { api in
      #expect(try await api.get("/v1/place/turku:library").json()["id"] == .string("turku:library"))
      for target in ["/v1/place/turku%3Alibrary/", "/v1/place/%74urku:library"] {
        #expect(try await api.get(target).json()["id"] == .string("turku:library"))
      }
      let plain = try await api.get("/v1/place").plain
      #expect(try await api.get("/v1/place/").plain == plain)
      let odd = try await api.get("/v1/place/odd:a%2Fb%2520%C3%A5%22%3C/")
      #expect(odd.json()["id"] == .string("odd:a/b%20å\"<"))
      #expect(odd.json()["@id"] == .string("http://test.fi/v1/place/odd:a%2Fb%2520%C3%A5%22%3C/"))
      #expect(try await api.get("/v1/place/TURKU:library/").status == 404, "ids are case-sensitive")
      for target in ["/v1/place/%", "/v1/place/%4", "/v1/place/%zz", "/v1/place/%FF", "/v1/place/a%00"] {
        let reply = try await api.get(target)
        #expect(reply.status == 400, "\(target)")
        #expect(reply.code() == "invalid-path")
      }
    }
  }

  @Test("A harmless request id is kept, any other replaced")
  func requestIDs() async throws {
    try await TestAPI.with { api in
      for id in ["abc-123_X.y", "7", String(repeating: "a", count: 128)] {
        #expect(try await api.get("/health", ["X-Request-ID": id]).header("X-Request-ID") == id)
      }
      var made: Set<String> = []
      for id in ["", "a b", "a\"b", "å", "a,b", "<b>", String(repeating: "a", count: 129)] {
        let answered = try await api.get("/health", ["X-Request-ID": id]).header("X-Request-ID") ?? id
        #expect(answered != id)
        #expect(answered.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) })
        made.insert(answered)
      }
      #expect(made.count == 7, "each is another")
    }
  }
}
