import Foundation
import Testing

@testable import PlaceAPI

@Suite("Documentation page")
struct DocsPageTests {
  private let html = DocsPage.render(openAPI: Data(PackageResources.openapi_json))

  @Test("Every path, parameter and schema of the document is on it")
  func completeness() throws {
    let document = try CheckedJSON(Data(PackageResources.openapi_json))
    for (path, item) in try #require(document["paths"]?.object) {
      for method in (item.object ?? [:]).keys where method != "parameters" {
        let isThere = html.contains("<code>\(method.uppercased()) \(path)</code>")
        #expect(isThere, "\(method) \(path)")
      }
    }
    for parameter in try #require(document["components"]?["parameters"]?.object).values {
      let name = try #require(parameter["name"]?.string)
      #expect(html.contains("<th scope=\"row\"><code>\(name)</code>"), "\(name)")
    }
    for schema in try #require(document["components"]?["schemas"]?.object).keys {
      #expect(html.contains(">\(schema)</h3>"))
    }
    #expect(html.contains(#"<a href="/v1/place/?text=kirjasto&amp;municipality=Turku">"#))
  }

  @Test("Elements are closed in order, ids occur once, and links within the page lead somewhere")
  func structure() throws {
    var open: [Substring] = []
    for tag in html.matches(of: /<(\/?)([a-z][a-z0-9]*)[^>]*>/) where !["meta", "br"].contains(tag.2) {
      if tag.1.isEmpty {
        open.append(tag.2)
      } else {
        let last = open.popLast()
        #expect(last == tag.2)
      }
    }
    #expect(open.isEmpty)
    let ids = html.matches(of: /\sid="([^"]*)"/).map { String($0.1) }
    #expect(Set(ids).count == ids.count)
    for link in html.matches(of: /href="#([^"]*)"/) { #expect(ids.contains(String(link.1)), "\(link.1)") }
  }

  @Test("It needs nothing from elsewhere")
  func selfContained() {
    for needle in ["<script", "<link", "src=", "@import", "url("] { #expect(!html.contains(needle), "\(needle)") }
    #expect(html.contains(#"<html lang="en">"#))
    let links = html.matches(of: /href="([^"]*)"/).map { $0.1 }
    #expect(links.allSatisfy { $0.hasPrefix("#") || $0.hasPrefix("/") })
  }

  @Test("Nothing of the document gets into the page as markup")
  func escaping() throws {
    let evil = #"<b>"'&`<i>`"#
    let json = try #require(String(data: JSONEncoder().encode(evil), encoding: .utf8))
    let document = """
      {"info": {"title": E, "version": E, "summary": E, "description": E}, "tags": [{"name": E, "description": E}],
       "paths": {E: {E: {"tags": [E], "summary": E, "description": E,
         "parameters": [{"name": E, "in": "query", "description": E, "example": E, "schema":
           {"type": E, "format": E, "default": E, "minimum": E}}, {"schema": {"enum": [E]}}],
         "responses": {E: {"description": E, "headers": {E: {}}, "content": {E: {"schema": {"const": E}}}}}}}},
       "components": {"schemas": {E: {"description": E, "example": {E: E},
         "properties": {E: {"$ref": "#/components/schemas/<b>"}}}}}}
      """.replacing(/\bE\b/, with: json)
    let page = DocsPage.render(openAPI: Data(document.utf8))
    #expect(page.contains("&lt;b&gt;&quot;&#39;&amp;"))
    #expect(!page.contains("<b>") && !page.contains("<i>") && !page.contains(#"""'&"#))
  }

  @Test("What is no document gives an empty page", arguments: ["", "[]", "{\"paths\": 3}"])
  func nothing(text: String) {
    #expect(DocsPage.render(openAPI: Data(text.utf8)).contains("</html>"))
  }
}
