import Foundation
import Testing

@testable import PlaceAPI

/// The documentation's table of Linked Events' parameters against the code.
@Suite("The table of Linked Events' parameters")
struct LinkedEventsTableTests {
  /// The names of a heading's table by what becomes of them.
  private static func names(under heading: String) throws -> [String: Set<String>] {
    let text = String(decoding: API.linkedEventsGuide, as: UTF8.self)
    let section = try #require(text.split(separator: "## ").first { $0.hasPrefix(heading) })
    let table = try #require(section.split(separator: "\n\n").first { $0.hasPrefix("|") })
    var names: [String: Set<String>] = [:]
    for row in GuidePage.rows(String(table)).dropFirst() {
      try #require(row.count == 3, "\(row)")
      let quoted = row[0].split(separator: "`", omittingEmptySubsequences: false)
      var found = quoted.enumerated().filter { $0.offset % 2 == 1 }.map { String($0.element) }
      if found.count == 2, let first = found.first {
        // "`a1` … `a9`" stands for all between.
        found = (1...9).map { String(first.dropLast()) + "\($0)" }
      }
      for name in found {
        let isNew = names[row[1], default: []].insert(name).inserted
        #expect(isNew, "\(name) stands twice")
      }
    }
    return names
  }

  @Test("What the table calls answered or shaping is known to the code, what it calls 400 is refused, and nothing else")
  func agreement() throws {
    for (heading, known, unsupported) in [
      ("Parameters of `/v1/place/`", PlaceParameters.known, PlaceParameters.unsupported),
      ("Parameters of `/v1/event/`", EventParameters.known, EventParameters.unsupported),
    ] {
      let names = try Self.names(under: heading)
      #expect(Set(names.keys) == ["answered", "shapes only", "400"], "\(heading)")
      #expect(names["answered", default: []].union(names["shapes only", default: []]) == known, "\(heading)")
      #expect(names["400"] == unsupported, "\(heading)")
    }
  }

  @Test("The guide is served as a page of its own, every row a row")
  func page() async throws {
    try await TestAPI.with { api in
      let reply = try await api.get("/docs/linked-events")
      #expect(reply.status == 200)
      #expect(reply.header("Content-Type") == "text/html; charset=utf-8")
      let html = String(decoding: reply.plain, as: UTF8.self)
      #expect(html.contains("<code>keyword!</code>"))
      #expect(html.components(separatedBy: "<tr>").count > 120)
      #expect(!html.contains("| `"))
    }
  }

  @Test("Refused filters say so, and name the way that there is")
  func refused() async throws {
    try await TestAPI.with { api in
      for name in EventParameters.unsupported.sorted() {
        let reply = try await api.get("/v1/event/?\(name)=1")
        #expect(reply.status == 400)
        #expect(reply.code() == "unsupported-filter")
        #expect(reply.parameters() == [name])
      }
      let unknown = try await api.get("/v1/event/?locaton=x")
      #expect(unknown.code() == "unknown-parameter")
      #expect(unknown.json()["detail"]?.stringValue?.contains("location") == true)
    }
  }
}
