import Places
import Testing

@testable import PlaceAPI

/// `text=`: what people type, in both languages, with and without their dots, and never as part of a statement.
@Suite("Search")
struct SearchTests {
  @Test(
    "Finds by prefix, inflection, typing error, other names, streets, post offices and identifiers",
    arguments: [
      ("kupit", "turku:kupittaa-swim"), ("maauimala", "turku:kupittaa-swim"), ("Kuppis utebad", "turku:kupittaa-swim"),
      ("samppalinnan", "turku:kupittaa-swim"), ("blombergin aukio", "turku:kupittaa-swim"),
      ("12345", "turku:kupittaa-swim"),
      ("uimahallissa", "turku:renovated"), ("uimahallin", "turku:renovated"), ("stadsbiblioteket", "turku:library"),
      ("kaupunginkirjastoon", "turku:library"), ("Linnankatu 2, Turku", "turku:library"),
      ("linankatu", "turku:library"),
      ("kaupunginkirjsto", "turku:library"), ("logmo", "turku:logomo"), ("LOGOMO", "turku:logomo"),
      ("S:t Karins", "kaarina:hall"), ("Sankt Karins", "kaarina:hall"), ("st karins", "kaarina:church"),
      ("jaateloki", "odd:emoji"), ("O'Learys", "odd:quote"), ("olearys", "odd:quote"), ("sali a|b", "odd:pipe"),
      ("kerho 1/2", "odd:slash"), ("100 %", "odd:percent"), ("sali_1", "odd:percent"), ("drop table", "odd:sql"),
      ("'; drop table place; --", "odd:sql"), ("<script>", "odd:html"), ("akerlund", "odd:ring"),
      ("aijala", "odd:dots"),
      ("keskustakirjasto oodi helsinki", "helsinki:oodi"),
    ])
  func finds(text: String, id: String) async throws {
    try await TestAPI.with { api in
      let reply = try await api.list([("text", text), ("page_size", "1000")])
      #expect(reply.status == 200)
      #expect(reply.ids().contains(id), "\(text): \(reply.ids())")
      #expect(reply.count() == reply.ids().count)
    }
  }

  @Test("Best first: the exact name, with its dots; closed venues last")
  func ranking() async throws {
    try await TestAPI.with { api in
      for (text, first) in [
        ("Äijälän ötökkä", "odd:dots"), ("Aijalan otokka", "odd:plain"), ("Logomo", "turku:logomo"),
        ("Kupittaanpuisto", "turku:kupittaa-park"), ("Kaarina-talo", "kaarina:hall"), ("Åkerlundin talo", "odd:ring"),
      ] {
        let reply = try await api.list([("text", text), ("include_areas", "true")])
        #expect(reply.ids().first == first, "\(text): \(reply.ids())")
      }
      let dots = try await api.list([("text", "äijälän ötökkä")])
      #expect(dots.ids() == ["odd:dots", "odd:plain"], "both are found, the distinct one first")
      let halls = try await api.list([("text", "uimahalli")])
      #expect(halls.ids().last == "turku:closed-hall")
      #expect(halls.ids().count >= 3)
      let closed = try await api.list([("text", "vanha uimahalli")])
      #expect(closed.ids().contains("turku:closed-hall"))
    }
  }

  @Test(
    "Signs alone find nothing and hurt nothing",
    arguments: [
      "%", "_", "\\", "|", "'", "\"", "&", "!", "()", ":*", "--", "/*", "$1", "🍦", "...", " ", "%%%%", "\\' or 1=1",
      "a' & 'b",
      "\u{0D4E}'", "\u{0D4E}:*", "\u{0D4E}\\", "zzzzqqqq",
    ])
  func signs(text: String) async throws {
    try await TestAPI.with { api in
      let reply = try await api.list([("text", text), ("page_size", "1000")])
      #expect(reply.status == 200)
      #expect(reply.count() == reply.ids().count)
      #expect(reply.ids().count < 10, "\(text) is no wildcard")
      #expect(try await api.get("/v1/place/?show_all_places=1").count() > 40, "all places are still there")
    }
  }

  @Test("Every word must be there")
  func everyWord() async throws {
    try await TestAPI.with { api in
      let both = try await api.list([("text", "logomo sali")])
      #expect(Set(both.ids()) == Set((1...4).map { "turku:logomo-\($0)" }))
      let neither = try await api.list([("text", "logomo helsinki")])
      #expect(neither.ids().isEmpty)
    }
  }
}
