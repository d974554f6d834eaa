import Geodesy
import Places
import Testing

@testable import PlaceMatching

@Suite("Judging candidates")
struct MatchJudgeTests {
  private static let towns = TownNames(
    municipalities: [(code("853"), ["Turku", "Åbo"]), (code("202"), ["Kaarina"])],
    postalCodes: [
      (postal("20720"), ["TURKU", "ÅBO"], code("853")), (postal("21500"), ["PIIKKIÖ"], code("202")),
    ])

  private static func code(_ text: String) -> MunicipalityCode { try! MunicipalityCode(text) }
  private static func postal(_ text: String) -> PostalCode { try! PostalCode(text) }

  private static func candidate(
    _ id: String, _ name: String, _ street: String? = nil, code: String = "853", postalCode: String? = nil,
    former: String? = nil, at: Coordinate? = nil, isClosed: Bool = false
  ) -> MatchCandidate {
    var place = Place(id: try! PlaceID(id), name: LocalizedText([.fi: name])!)
    place.streetAddress = street.flatMap { LocalizedText([.fi: $0]) }
    if let former { place.alternateNames = [AlternateName(former, kind: .former)] }
    return MatchCandidate(
      id: id, text: MatchText(place, areas: []), postalCode: postalCode.map(postal), municipality: Self.code(code),
      position: at, isClosed: isClosed)
  }

  private static func judge(_ query: MatchQuery, _ candidates: [MatchCandidate]) -> String {
    let (verdict, ranked) = MatchJudge.judge(MatchSubject(query, towns: towns), candidates)
    return verdict == .match ? candidates[ranked[0].index].id : verdict.rawValue
  }

  private static let pool = candidate("t:pool", "Kupittaan maauimala", "Blombergin aukio 12")

  @Test("Name and address are enough, and so are name and town")
  func certain() {
    let address = MatchQuery(
      names: ["Kupittaan maauimala"], streetAddresses: ["Blombergin aukio 12"], municipality: "Turku")
    #expect(Self.judge(address, [Self.pool]) == "t:pool")
    #expect(Self.judge(MatchQuery(names: ["Kupittan mauimala"], municipality: "Turku"), [Self.pool]) == "t:pool")
  }

  @Test("A long name alone is enough, a general one is not")
  func nameAlone() {
    #expect(Self.judge(MatchQuery(names: ["Kupittaan maauimala"]), [Self.pool]) == "t:pool")
    #expect(Self.judge(MatchQuery(names: ["Kirjasto"]), [Self.candidate("t:k", "Kirjasto")]) == "ambiguous")
  }

  @Test("Another town rules out, whatever the name")
  func otherTown() {
    #expect(Self.judge(MatchQuery(names: ["Kupittaan maauimala"], municipality: "Kaarina"), [Self.pool]) != "t:pool")
  }

  @Test("A post office is the same in either language")
  func translatedPostOffice() {
    var place = Place(id: try! PlaceID("t:pool"), name: LocalizedText([.fi: "Kupittaan maauimala"])!)
    place.postOffice = LocalizedText([.fi: "Turku"])
    let pool = MatchCandidate(
      id: "t:pool", text: MatchText(place, areas: []), postalCode: nil, municipality: Self.code("853"), position: nil,
      isClosed: false)
    for office in ["Åbo", "Turku", "ABO"] {
      let subject = MatchSubject(MatchQuery(names: ["Kupittaan maauimala"], postOffice: office), towns: Self.towns)
      let shown = MatchDisplay(
        name: place.name, alternateNames: [], streetAddress: nil, postOffice: place.postOffice, municipality: "Turku")
      let reasons = MatchJudge.judge(subject, [pool]).1[0].reasons(subject, pool, shown)
      #expect(reasons.first { $0.feature == .postOffice }?.score == 1, "\(office): \(reasons)")
    }
  }

  @Test("Another street is another branch")
  func otherStreet() {
    let query = MatchQuery(names: ["R-kioski"], streetAddresses: ["Eerikinkatu 3"], municipality: "Turku")
    #expect(Self.judge(query, [Self.candidate("t:r", "R-kioski", "Aurakatu 8")]) != "t:r")
  }

  @Test("Another number on the same street is forgiven to a name")
  func otherNumber() {
    let query = MatchQuery(
      names: ["Kupittaan maauimala"], streetAddresses: ["Blombergin aukio 14"], municipality: "Turku")
    #expect(Self.judge(query, [Self.pool]) == "t:pool")
  }

  @Test("Two of one name are ambiguous until something tells them apart")
  func rivals() {
    let two = [Self.candidate("t:1", "R-kioski", "Aurakatu 8"), Self.candidate("t:2", "R-kioski", "Kauppiaskatu 1")]
    #expect(Self.judge(MatchQuery(names: ["R-kioski"], municipality: "Turku"), two) == "ambiguous")
    let told = MatchQuery(names: ["R-kioski"], streetAddresses: ["Kauppiaskatu 1"], municipality: "Turku")
    #expect(Self.judge(told, two) == "t:2")
  }

  @Test("A position near raises, one far away rules out")
  func positions() {
    let there = Self.candidate("t:p", "Kupittaan maauimala", at: Coordinate(x: 22.29, y: 60.44))
    let near = MatchQuery(names: ["Kupittaan mauimala"], position: Coordinate(x: 22.2905, y: 60.4402))
    #expect(Self.judge(near, [there]) == "t:p")
    let far = MatchQuery(names: ["Kupittaan maauimala"], position: Coordinate(x: 22.9, y: 60.44))
    #expect(Self.judge(far, [there]) != "t:p")
  }

  @Test("Former names count")
  func formerNames() {
    let place = Self.candidate("t:p", "Paavo Nurmen stadion", former: "Turun urheilupuiston stadion")
    #expect(Self.judge(MatchQuery(names: ["Turun urheilupuiston stadion"], municipality: "Turku"), [place]) == "t:p")
  }

  @Test("An identifier is enough unless the name is quite another")
  func identifiers() {
    var named = Self.pool
    named.isIdentified = true
    #expect(Self.judge(MatchQuery(identifiers: ["t:pool"]), [named]) == "t:pool")
    #expect(Self.judge(MatchQuery(names: ["Uimala"], identifiers: ["t:pool"]), [named]) == "t:pool")
    #expect(Self.judge(MatchQuery(names: ["Opisto"], identifiers: ["t:pool"]), [named]) == "ambiguous")
  }

  @Test("Nothing in common is none, and not among the candidates")
  func nothing() {
    let query = MatchQuery(names: ["Ruissalon kylpylä"], municipality: "Turku")
    let (verdict, ranked) = MatchJudge.judge(
      MatchSubject(query, towns: Self.towns), [Self.candidate("t:k", "Runosmäen kirjasto", code: "202")])
    #expect(verdict == .none)
    #expect(ranked.isEmpty)
  }

  @Test("A closed place of the same name stands behind the open one")
  func closed() {
    let two = [
      Self.candidate("t:a", "Kupittaan maauimala", isClosed: true), Self.candidate("t:b", "Kupittaan maauimala"),
    ]
    let (_, ranked) = MatchJudge.judge(
      MatchSubject(MatchQuery(names: ["Kupittaan maauimala"], municipality: "Turku"), towns: Self.towns), two)
    #expect(ranked.map { two[$0.index].id } == ["t:b", "t:a"])
  }

  @Test("What of a text is the candidate's street, town or room is no other name")
  func rest() {
    let pool = Self.candidate("t:p", "Järvilaavu", "Leiritie/Syvälahti")
    #expect(Self.judge(MatchQuery(text: "Järvilaavu, Leiritie/Syvälahti, Turku"), [pool]) == "t:p")
    #expect(Self.judge(MatchQuery(text: "Järvilaavu, Syvälahti, Turku"), [pool]) == "t:p")
    #expect(Self.judge(MatchQuery(text: "Järvilaavu luokka 12, Turku"), [pool]) == "t:p")
    #expect(Self.judge(MatchQuery(text: "Järvilaavu, Kahvila Omena, Turku"), [pool]) == "ambiguous")
  }
}
