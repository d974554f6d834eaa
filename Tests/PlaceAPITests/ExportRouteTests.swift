import Foundation
import HTTPTypes
import PlaceStore
import Places
import TestDatabase
import Testing

@testable import PlaceAPI

/// Dumps over HTTP.
@Suite("Exports")
struct ExportRouteTests {
  @Test("every dump that is listed can be read, with its checksum, and is the same until something changes")
  func dumps() async throws {
    try await TestAPI.with { api in
      let list = try await api.get("/export/").json()
      let files = list["files"]?.arrayValue ?? []
      #expect(files.count == 12)
      for file in files where file["format"]?.stringValue != "gpkg" {
        let target = try TestAPI.target(of: file["url"]?.stringValue ?? "")
        let dump = try await api.get(target)
        #expect(dump.status == 200, "\(target)")
        #expect(dump.header("Content-Length") == String(dump.body.count))
        #expect(dump.header("X-Change-Sequence").flatMap { Int64($0) } == list["sequence"]?.integerValue)
        let metadata = try await api.get(target + ".meta.json").json()
        #expect(metadata["bytes"]?.integerValue == Int64(dump.body.count))
        let sum = String(decoding: try await api.get(target + ".sha256").plain, as: UTF8.self)
        #expect(sum.hasPrefix(metadata["sha256"]?.stringValue ?? "-"))
        #expect(sum.hasSuffix("  \(target.dropFirst(8))\n"))
        let tag = try #require(dump.header("ETag"))
        #expect(try await api.get(target, ["If-None-Match": tag]).status == 304)
        let head = try await api.send(.head, target)
        #expect(head.header("Content-Length") == dump.header("Content-Length"))
        #expect(head.header("Repr-Digest") == dump.header("Repr-Digest"))
      }
    }
  }

  @Test("a dump has what was written before it was asked for, and no drafts")
  func fresh() async throws {
    try await TestAPI.with { api in
      let first = try await api.get("/export/places.csv")
      try await api.write(.post, "/v1/place/", #"{"data_source": "turku", "name": {"fi": "Aivan uusi"}}"#)
      try await api.write(
        .post, "/v1/place/", #"{"data_source": "turku", "name": {"fi": "Luonnos"}, "publication_status": "draft"}"#)
      let second = try await api.get("/export/places.csv", ["apikey": "admin"])
      #expect(first.header("ETag") != second.header("ETag"))
      let text = String(decoding: second.plain, as: UTF8.self)
      #expect(text.contains("Aivan uusi") && !text.contains("Luonnos"))
    }
  }

  @Test("other names are 404")
  func unknown() async throws {
    try await TestAPI.with { api throws in
      for name in ["places", "places.exe", "keys.csv", "places.csv.md5", "..", "places.csv.sha256.sha256"] {
        #expect(try await api.get("/export/\(name)").status == 404, "\(name)")
      }
      #expect(try await api.get("/export/places.csv?municipality=853").status == 400)
    }
  }
}
