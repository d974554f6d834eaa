import Foundation
import Places
import Postgres
import TestDatabase
import Testing

@testable import PlaceAPI

/// Pages: walked to the end nothing is missing and nothing comes twice, whatever the order and however many are equal.
@Suite("Paging")
struct PagingTests {
  static let sorts = [
    "", "name", "-name", "id", "-id", "n_events", "-n_events", "data_source", "-data_source,name", "street_address",
    "-street_address", "postal_code", "-postal_code", "last_modified_time", "-last_modified_time",
    "-last_modified_time,-name", "n_events,-postal_code,street_address",
  ]

  @Test("All pages by next, in every order, with many equal keys", arguments: sorts)
  func walk(sort: String) async throws {
    try await TestAPI.with { api in
      let target = "/v1/place/?show_all_places=1" + (sort.isEmpty ? "" : "&sort=\(sort)")
      let whole = try await api.get(target + "&page_size=1000").ids()
      #expect(whole.count > 40)
      for size in [1, 4, 19] {
        let pages = try await api.walk(target + "&page_size=\(size)")
        #expect(pages.flatMap { $0 } == whole, "pages of \(size)")
        #expect(pages.dropLast().allSatisfy { $0.count == size })
      }
    }
  }

  @Test(
    "All pages by next of answers ordered by distance or likeness",
    arguments: [
      "nearest=22.26,60.45", "nearest=22.26,60.45&sort=distance", "nearest=22.26,60.45&sort=-distance",
      "nearest=22.26,60.45&sort=name", "nearest=239000,6710000&srid=3067&municipality=853,202",
      "dwithin_origin=22.266667,60.451389&dwithin_metres=50000",
      "dwithin_origin=22.266667,60.451389&dwithin_metres=50000&sort=-distance",
      "dwithin_origin=22.266667,60.451389&dwithin_metres=9000&sort=n_events,-distance", "text=sali",
      "text=talo&sort=-id",
      "text=uimahalli&operating_status=open,closed",
    ])
  func walkOrdered(query: String) async throws {
    try await TestAPI.with { api in
      let whole = try await api.get("/v1/place/?\(query)&page_size=1000")
      let ids = whole.ids()
      #expect(whole.count() == ids.count)
      #expect(Set(ids).count == ids.count)
      #expect(ids.count >= 2)
      for size in [1, 3] {
        #expect(try await api.walk("/v1/place/?\(query)&page_size=\(size)").flatMap { $0 } == ids, "pages of \(size)")
      }
    }
  }

  @Test("A page by its number alone is the page that the cursor leads to")
  func numbers() async throws {
    try await TestAPI.with { api in
      for query in ["show_all_places=1", "show_all_places=1&sort=-postal_code", "nearest=22.3,60.45", "text=talo"] {
        var number = 1
        for page in try await api.walk("/v1/place/?\(query)&page_size=4") {
          let reply = try await api.get("/v1/place/?\(query)&page_size=4&page=\(number)")
          #expect(reply.ids() == page, "\(query) page \(number)")
          let previous = reply.json()["meta"]?["previous"]?.stringValue
          #expect((previous != nil) == (number > 1))
          if let previous {
            #expect(previous.contains("page=\(number - 1)&") && !previous.contains("cursor="))
            #expect(try await api.get(try TestAPI.target(of: previous)).status == 200)
          }
          number += 1
        }
        let beyond = try await api.get("/v1/place/?\(query)&page_size=4&page=\(number)")
        #expect(beyond.status == 404)
        #expect(beyond.code() == "page-not-found")
      }
    }
  }

  @Test(
    "page: 0, words, fractions and what lies beyond the end are 404",
    arguments: [
      "/v1/place/", "/v1/municipality/", "/v1/postal_code/", "/v1/data_source/",
    ])
  func badPages(path: String) async throws {
    try await TestAPI.with { api in
      for page in ["0", "-1", "abc", "1.5", "1e3", "99", "100000000", "999999999999999999999", "%201", "0x1", "1,2"] {
        let reply = try await api.get("\(path)?page=\(page)")
        #expect(reply.status == 404, "\(page)")
        #expect(reply.code() == "page-not-found", "\(page)")
      }
      #expect(try await api.get("\(path)?page=").status == 200)
      #expect(try await api.get("\(path)?page=1").status == 200)
      #expect(try await api.get("/v1/place/?municipality=nowhere&page=abc").status == 400, "the filter comes first")
    }
  }

  @Test("An empty list has a first page")
  func empty() async throws {
    try await TestAPI.with { api in
      let reply = try await api.get("/v1/place/?postal_code=99999")
      #expect(reply.json().text == #"{"meta":{"count":0,"next":null,"previous":null},"data":[]}"#)
      #expect(try await api.get("/v1/place/?postal_code=99999&page=2").status == 404)
    }
  }

  @Test("page_size: more than 1000 is 1000, what is no positive number is 20")
  func sizes() async throws {
    try await TestAPI.with { api in
      for size in ["0", "-5", "abc", "1.5", "", "99999999999999999999"] {
        let reply = try await api.get("/v1/place/?show_all_places=1&page_size=\(size)")
        #expect(reply.ids().count == 20, "\(size)")
      }
      for size in ["1000", "1001", "100000"] {
        #expect(try await api.get("/v1/place/?show_all_places=1&page_size=\(size)").next() == nil, "\(size)")
      }
      #expect(try await api.get("/v1/place/?show_all_places=1&page_size=3").ids().count == 3)
    }
  }

  @Test("next is this address with page and cursor, parameters in alphabetical order; Link says the same")
  func links() async throws {
    try await TestAPI.with { api in
      let reply = try await api.get("/v1/place/?sort=-name&page_size=2&municipality=%C3%85bo,202&_=7&utm_x=y")
      let next = try #require(reply.next())
      #expect(next.hasPrefix("http://test.fi/v1/place/?cursor="))
      let names = try TestAPI.target(of: next).dropFirst("/v1/place/?".count).split(separator: "&")
        .map { String($0.prefix { $0 != "=" }) }
      #expect(names == ["cursor", "municipality", "page", "page_size", "sort"])
      #expect(next.contains("municipality=%C3%85bo%2C202") && next.contains("page=2&"))
      #expect(reply.header("Link") == "<\(next)>; rel=\"next\"")
      let second = try await api.get(try TestAPI.target(of: next))
      #expect(second.header("Link")?.contains("rel=\"prev\"") == true)
    }
  }

  @Test("A cursor that isn't ours, or of another order, is 400 naming it")
  func foreignCursors() async throws {
    try await TestAPI.with { api in
      let next = try await api.get("/v1/place/?show_all_places=1&page_size=2").next() ?? ""
      let cursor = try #require(next.split(separator: "cursor=").last?.prefix { $0 != "&" })
      let list = "/v1/place/?show_all_places=1&page_size=2"
      let time = Self.cursor(#"["yesterday","turku:library"]"#)
      for query in [
        "\(list)&cursor=abc", "\(list)&cursor=%25", "\(list)&sort=name&cursor=\(cursor)",
        "\(list)&sort=n_events,data_source,id&cursor=\(Self.cursor(#"["a","b","c","d"]"#))",
        "\(list)&text=sali&cursor=\(cursor)", "\(list)&nearest=22.3,60.4&cursor=\(cursor)",
        "\(list)&sort=last_modified_time&cursor=\(time)",
        "\(list)&sort=name&cursor=\(Self.cursor(#"["a\u0000b","x"]"#))",
      ] {
        let reply = try await api.get(query)
        #expect(reply.status == 400, "\(query)")
        #expect(reply.parameters() == ["cursor"], "\(query)")
      }
    }
  }

  @Test("Rows that come or go before the cursor neither hide nor repeat others")
  func movingRows() async throws {
    try await TestAPI.with { api in
      let first = try await api.get("/v1/place/?show_all_places=1&sort=id&page_size=10")
      let rest = try await api.get("/v1/place/?show_all_places=1&sort=id&page_size=1000").ids().dropFirst(10)
      _ = try await api.database.client.query(
        "update place_key set listed = false where id = any(\(Array(first.ids().prefix(4))))")
      let next = try #require(first.next())
      #expect(try await api.walk(try TestAPI.target(of: next)).flatMap { $0 } == Array(rest))
    }
  }

  private static func cursor(_ json: String) -> String {
    Data(json.utf8).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
  }
}
