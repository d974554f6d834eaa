/// Hours of a place in the City of Turku's service register (`palvelupisteet`, `fyysinenPaikka.aukioloajat[]`). Empty
/// texts are the same as nulls and absent keys.
public struct TurkuOpeningHours: Sendable, Hashable, Codable {
  /// `normaali`, `normaali extra`, `erityinen`, `poikkeus avoinna`, `poikkeus suljettu`
  public var aukiolotyyppi: String?
  /// `1-5`, `6`; Monday 1 – Sunday 7. Empty for all days.
  public var viikonpaiva: String?
  /// `08:00:00`
  public var avaamisaika: String?
  /// `15:00:00`
  public var sulkemisaika: String?
  /// The first day.
  public var voimassaoloAlkamishetki: String?
  /// The last day; where it is before the first, the first is the only one.
  public var voimassaoloPaattymishetki: String?
  /// What the hours are of, by language.
  public var kuvaus_kieliversiot: [String: String?]?  // swift-format-ignore: AlwaysUseLowerCamelCase
}

extension HoursConversion {
  /// Hours of a place in Turku's service register. Normal hours (`normaali`, `normaali extra`) come first, those of a
  /// period replace them in it; special hours (`erityinen`) with dates do so too, without dates they add to them, with
  /// their description as comment; exceptions (`poikkeus`) replace all others.
  public init(turku hours: [TurkuOpeningHours]) {
    var reader = TurkuReader()
    for (index, element) in hours.enumerated() { reader.read(element, "aukioloajat[\(index)]") }
    self = reader.draft.result
  }
}

private struct TurkuReader {
  var draft = HoursDraft()

  mutating func read(_ hours: TurkuOpeningHours, _ place: String) {
    guard let period = period(hours, place), let weekdays = weekdays(hours, place) else { return }
    let type = hours.aukiolotyyppi?.lowercased()
    let comment = comment(hours, place)
    switch type {
    case "normaali", "normaali extra", "erityinen":
      guard let span = span(hours, place) else { return }
      draft.add(.init(span: span, comment: comment), on: weekdays, in: period)
    case "poikkeus avoinna", "poikkeus suljettu":
      if period.isAlways, weekdays.count == 7 {
        draft.lose("An exception without a date.", "\(place).voimassaoloAlkamishetki")
      } else if type == "poikkeus suljettu" {
        draft.addException(.init(modifier: .off, comment: comment), on: weekdays, in: period)
      } else if let span = span(hours, place) {
        draft.addException(.init(span: span, comment: comment), on: weekdays, in: period)
      }
    default: draft.lose("A type of hours that is not known.", "\(place).aukiolotyyppi", hours.aukiolotyyppi)
    }
  }

  private mutating func period(_ hours: TurkuOpeningHours, _ place: String) -> HoursDraft.Period? {
    var period = HoursDraft.Period()
    for (text, name, isFirst) in [
      (hours.voimassaoloAlkamishetki, "voimassaoloAlkamishetki", true),
      (hours.voimassaoloPaattymishetki, "voimassaoloPaattymishetki", false),
    ] {
      guard let text, !text.isEmpty else { continue }
      guard let date = HoursDate(text) else {
        draft.lose("No date: the hours are left out.", "\(place).\(name)", text)
        return nil
      }
      if isFirst { period.from = date } else { period.to = date }
    }
    if let from = period.from, let to = period.to, to < from { period.to = from }
    return period
  }

  private mutating func weekdays(_ hours: TurkuOpeningHours, _ place: String) -> [Int]? {
    guard let text = hours.viikonpaiva, !text.isEmpty else { return Array(1...7) }
    var days: [Int] = []
    for part in text.split(separator: ",") {
      let ends = part.split(separator: "-").map { Int($0.filter { $0 != " " }) }
      guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1],
        (1...7).contains(first), (1...7).contains(last)
      else {
        draft.lose("No weekdays: the hours are left out.", "\(place).viikonpaiva", text)
        return nil
      }
      days += first <= last ? Array(first...last) : Array(first...7) + Array(1...last)
    }
    return days
  }

  private mutating func span(_ hours: TurkuOpeningHours, _ place: String) -> Range<Int>? {
    for (text, name) in [(hours.avaamisaika, "avaamisaika"), (hours.sulkemisaika, "sulkemisaika")]
    where text.flatMap(clockMinutes) == nil {
      draft.lose("No time of the day: the hours are left out.", "\(place).\(name)", text)
      return nil
    }
    guard let from = hours.avaamisaika.flatMap(clockMinutes), let to = hours.sulkemisaika.flatMap(clockMinutes) else {
      return nil
    }
    return spanMinutes(from, to)
  }

  /// The description, unless it says no more than that the place is open.
  private mutating func comment(_ hours: TurkuOpeningHours, _ place: String) -> String? {
    let texts = (hours.kuvaus_kieliversiot ?? [:]).compactMapValues { commentText($0) }
    let said = texts.filter { !saysNoMoreThanHours($0.value) }
    let chosen = ["fi", "sv", "en"].first { said[$0] != nil } ?? said.keys.min()
    for (language, text) in said.sorted(by: { $0.key < $1.key }) where language != chosen {
      draft.lose("A comment has one language.", "\(place).kuvaus_kieliversiot", "\(language): \(text)")
    }
    return chosen.flatMap { said[$0] }
  }
}
