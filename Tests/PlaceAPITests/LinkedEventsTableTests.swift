import Foundation
import NIOCore
import Places
import Testing

@testable import PlaceAPI

@Suite("The documentation's table of Linked Events' parameters")
struct LinkedEventsTableTests {
  /// The parameters of a section with what the table says of them; `name1 …` stands for all that begin so.
  private func rows(_ section: String) throws -> [(names: [String], verdict: String)] {
    let text = String(decoding: PackageResources.linked_events_md, as: UTF8.self)
    let start = try #require(text.range(of: "## \(section)\n"))
    let rest = text[start.upperBound...]
    let end = rest.range(of: "\n## ")?.lowerBound ?? rest.endIndex
    return rest[..<end].split(separator: "\n").filter { $0.hasPrefix("| `") }.map { line in
      let cells = line.split(separator: "|", omittingEmptySubsequences: false).map {
        $0.trimmingCharacters(in: .whitespaces)
      }
      let names = cells[1].matches(of: /`([^`]+)`( …)?/).map { match in
        match.2 == nil ? String(match.1) : match.1.dropLast() + "*"
      }
      return (names, cells[2])
    }
  }

  private func check(_ section: String, known: Set<String>, unsupported: Set<String>) throws {
    var left = known.union(unsupported)
    for (names, verdict) in try rows(section) {
      #expect(["answered", "shapes only", "400"].contains(verdict), "\(names)")
      for name in names {
        let meant = name.hasSuffix("*") ? left.filter { $0.hasPrefix(name.dropLast()) } : left.filter { $0 == name }
        #expect(!meant.isEmpty, "\(section): \(name) is no parameter, or stands twice")
        let isRight = meant.isSubset(of: verdict == "400" ? unsupported : known)
        #expect(isRight, "\(section): \(name) is not \(verdict)")
        left.subtract(meant)
      }
    }
    #expect(left.isEmpty, "\(section): \(left.sorted()) are not in the table")
  }

  @Test("Every parameter of the program is in it with what becomes of it, and nothing else")
  func agreement() throws {
    try check("Place parameters", known: PlaceParameters.known, unsupported: [])
    try check(
      "Event parameters", known: EventParameters.known.union(EventParameters.knownInWrites),
      unsupported: EventParameters.unsupported)
  }

  @Test("Pages are served as HTML that is well made; an unknown one is 404")
  func pages() async throws {
    for (name, page) in DocsArticle.pages {
      let html = String(buffer: page.body)
      #expect(html.contains("<h1"), "\(name)")
      var open: [Substring] = []
      for tag in html.matches(of: /<(\/?)([a-z][a-z0-9]*)[^>]*>/) where !["meta", "br"].contains(tag.2) {
        if tag.1.isEmpty { open.append(tag.2) } else { #expect(open.popLast() == tag.2, "\(name)") }
      }
      #expect(open.isEmpty, "\(name)")
    }
    try await TestAPI.with { api async throws in
      #expect(try await api.get("/docs/linked-events").status == 200)
      #expect(try await api.get("/docs/nothing").status == 404)
    }
  }
}
