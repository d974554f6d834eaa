import Geodesy
import Places

extension Fixture {
  /// Where radius tests measure from: the market square of Turku.
  static let origin = Coordinate(x: 22.266667, y: 60.451389)

  /// Events by place: how many, and whether one is still to come.
  static let events: [String: (count: Int, isUpcoming: Bool)] = [
    "turku:kupittaa-swim": (3, true), "turku:library": (3, false), "turku:logomo": (12, true),
    "kaarina:hall": (3, true), "helsinki:oodi": (7, false), "turku:closed-hall": (2, false),
  ]

  /// The places, each with what it is there for.
  static var places: [Place] {
    var places: [Place] = []
    func add(
      _ id: String, _ fi: String?, _ sv: String? = nil, at: (srid: Int, x: Double, y: Double)? = nil,
      _ edit: (inout Place) -> Void = { _ in }
    ) {
      var names: [Language: String] = [:]
      names[.fi] = fi
      names[.sv] = sv
      guard let id = try? PlaceID(id), let name = LocalizedText(names) else { preconditionFailure("\(id)") }
      var place = Place(id: id, name: name)
      place.position = at.map { DeliveredPosition(srid: $0.srid, x: $0.x, y: $0.y) }
      edit(&place)
      places.append(place)
    }
    add("turku:kupittaa-swim", "Kupittaan maauimala", "Kuppis utebad", at: (3877, 23_460_952.7, 6_703_718.4)) {
      $0.streetAddress = LocalizedText([.fi: "Blombergin aukio 12", .sv: "Blombergs plan 12"])
      $0.postalCode = try? PostalCode("20720")
      $0.postOffice = LocalizedText([.fi: "Turku", .sv: "Åbo"])
      $0.identifiers = [try? ForeignIdentifier(scheme: "tprek", value: "12345")].compactMap { $0 }
      $0.alternateNames = [AlternateName("Samppalinnan uimahalli", language: .fi, kind: .former)]
      $0.parent = "turku:kupittaa-park"
      $0.openingHours = "Jun-Aug: Mo-Fr 06:30-20:00"
    }
    add("turku:kupittaa-park", "Kupittaanpuisto", "Kuppisparken", at: (4326, 22.2885, 60.4452)) { $0.kind = .area }
    add("turku:library", "Turun kaupunginkirjasto", "Åbo stadsbibliotek", at: (4326, 22.2713, 60.45111111)) {
      $0.streetAddress = LocalizedText([.fi: "Linnankatu 2", .sv: "Slottsgatan 2"])
      $0.postalCode = try? PostalCode("20100")
      $0.postOffice = LocalizedText([.fi: "Turku", .sv: "Åbo"])
      $0.publisher = "org-a"
      $0.email = "kirjasto@example.fi"
      $0.urls = [try? WebAddress("https://example.fi/?a=1&b=2")].compactMap { $0 }
        .map { TypedAddress(.website, $0, language: .fi) }
    }
    add("turku:logomo", "Logomo", at: (3067, 239_101.123, 6_710_775.456))
    for hall in 1...4 { add("turku:logomo-\(hall)", "Logomo, sali \(hall)") { $0.parent = "turku:logomo" } }
    add("turku:closed-hall", "Vanha uimahalli", "Gamla simhallen", at: (4326, 22.27, 60.455)) {
      $0.operatingStatus = OperatingStatus(.closed, validTo: "2019-05-31", successor: "turku:kupittaa-swim")
    }
    add("turku:renovated", "Impivaaran uimahalli", "Impivaara simhall", at: (4326, 22.25, 60.47)) {
      $0.operatingStatus = OperatingStatus(.temporarilyClosed)
    }
    add("turku:planned", "Musiikkitalo Fuuga", at: (4326, 22.262, 60.447)) { $0.operatingStatus = .init(.planned) }
    add("turku:draft", "Salainen uimahalli", at: (4326, 22.266667, 60.451389)) {
      $0.isPublic = false
      $0.identifiers = [try? ForeignIdentifier(scheme: "tprek", value: "666")].compactMap { $0 }
    }
    // Names that break what is built of text.
    let odd = [
      ("quote", "O'Learys \"Bar\" Turku"), ("pipe", "Sali A|B & C"), ("slash", "Kerho 1/2 \\ takapiha"),
      ("emoji", "Jäätelökioski 🍦👨‍👩‍👧"), ("html", "<b>Lihava</b> <script>alert(1)</script>"), ("percent", "100 % Sali_1"),
      ("ring", "Åkerlundin talo"), ("dots", "Äijälän ötökkä"), ("plain", "Aijalan otokka"),
      ("sql", "'; drop table place; --"),
    ]
    for (index, (local, name)) in odd.enumerated() {
      add("odd:\(local)", name, at: (4326, 22.2 + Double(index) / 100, 60.44)) { $0.givenMunicipality = code("202") }
    }
    add("odd:a/b%20å\"<", "Tunnus", at: (4326, 22.2222222222, 60.4333333333))
    // Kaarina, whose Swedish name is S:t Karins.
    add("kaarina:hall", "Kaarina-talo", "S:t Karins-huset", at: (3067, 245_000, 6_710_000)) {
      $0.postalCode = try? PostalCode("20780")
      $0.postOffice = LocalizedText([.fi: "Kaarina", .sv: "S:t Karins"])
    }
    add("kaarina:church", "Pyhän Katariinan kirkko", "Sankt Karins kyrka", at: (3877, 23_467_000, 6_703_000)) {
      $0.streetAddress = LocalizedText([.fi: "Kirkkotie 46"])
    }
    add("kaarina:given", "Nimetön talo") { $0.givenMunicipality = code("202") }
    add("kaarina:old-code", "Merimaskun tupa") { $0.givenMunicipality = code("485") }
    add("kaarina:by-post", "Postin tupa") { $0.postalCode = try? PostalCode("21160") }
    add("helsinki:oodi", "Keskustakirjasto Oodi", "Centrumbiblioteket Ode", at: (3879, 25_496_600, 6_673_400)) {
      $0.postalCode = try? PostalCode("00100")
      $0.postOffice = LocalizedText([.fi: "Helsinki", .sv: "Helsingfors"])
      $0.identifiers = [try? ForeignIdentifier(scheme: "tprek", value: "51342")].compactMap { $0 }
    }
    add("helsinki:online", "Verkkokirjasto") { $0.kind = .online }
    add("lahti:border", "Rajatalo", "Gränshuset", at: (3067, 500_000, 6_710_000)) {
      $0.postalCode = try? PostalCode("15100")
      $0.givenMunicipality = code("398")
    }
    add("lahti:kkj", "Vanha koordinaatti", at: (2393, 3_495_000, 6_712_000))
    add("lahti:empty", "Rajan takana", at: (3067, 520_000, 6_710_000)) { $0.givenMunicipality = code("532") }
    // One position, four places, one of them delivered in another system.
    for copy in 1...3 { add("same:\(copy)", "Sama paikka", at: (4326, 22.3, 60.45)) }
    add("same:4", "Sama paikka", at: (3067, 241_000, 6_710_000))
    // At distances known to the millimetre.
    for (index, metres) in [0.999, 1.0, 1.001, 999.999, 1000.0, 1000.001, 9_999.999, 10_000.001].enumerated() {
      let point = Geodesic.destination(from: origin, azimuth: 40 * Double(index) + 7, distance: metres)
      add("ring:\(index)", "Rengas \(index % 3)", at: (4326, point.x, point.y)) {
        $0.postalCode = try? PostalCode(index % 2 == 0 ? "20100" : "20720")
        $0.publisher = index % 4 == 0 ? "org-a" : nil
      }
    }
    return places
  }

  private static func code(_ text: String) -> MunicipalityCode? { try? MunicipalityCode(text) }
}
