/// Hours of a service channel as the Finnish Service Catalogue gives them (Suomi.fi PTV, API v11 `serviceHours[]`; the
/// names of types of v7 and older are understood too). Absent keys and nulls are the same.
public struct PTVServiceHours: Sendable, Hashable, Codable {
  /// A text in one language.
  public struct Text: Sendable, Hashable, Codable {
    /// `fi`, `sv`, `en`, `sms` …
    public var language: String?
    /// The text.
    public var value: String?
  }

  /// From a weekday's time to a time.
  public struct OpeningHour: Sendable, Hashable, Codable {
    /// `Monday` … `Sunday`
    public var dayFrom: String?
    /// `Monday` … `Sunday`; empty for the same day.
    public var dayTo: String?
    /// `08:00:00`
    public var from: String?
    /// `16:00:00`; `00:00` is midnight at the end of the day.
    public var to: String?
  }

  /// `DaysOfTheWeek`, `Exceptional`, `OverMidnight`
  public var serviceHourType: String?
  /// The first day, in Finland's time.
  public var validFrom: String?
  /// The last day.
  public var validTo: String?
  /// Closed on the days of the exception.
  public var isClosed: Bool?
  /// Until further notice.
  public var validForNow: Bool?
  /// Around the clock.
  public var isAlwaysOpen: Bool?
  /// By appointment.
  public var isReservation: Bool?
  /// What is told beside the hours.
  public var additionalInformation: [Text]?
  /// The hours.
  public var openingHour: [OpeningHour]?
}

extension HoursConversion {
  /// Hours of a PTV service channel. Standard hours come first, those of a period replace them in it, exceptions replace
  /// both, whatever their order in the source. Additional information becomes a comment (Finnish, else Swedish, else
  /// English). "By reservation" becomes unknown, since nobody can tell from it when someone is there. An exception over
  /// several days has its times on each of them.
  public init(ptv hours: [PTVServiceHours]) {
    var reader = PTVReader()
    for (index, element) in hours.enumerated() { reader.read(element, "serviceHours[\(index)]") }
    self = reader.draft.result
  }
}

private struct PTVReader {
  var draft = HoursDraft()

  mutating func read(_ hours: PTVServiceHours, _ place: String) {
    guard let period = period(hours, place) else { return }
    let comment = comment(hours, place)
    switch hours.serviceHourType {
    case "DaysOfTheWeek", "Standard": readWeek(hours, period, comment, place)
    case "OverMidnight", "Special":
      for (index, hour) in (hours.openingHour ?? []).enumerated() {
        readOverMidnight(hour, period, comment, "\(place).openingHour[\(index)]")
      }
    case "Exceptional", "Exception": readException(hours, period, comment, place)
    default: draft.lose("A type of hours that is not known.", "\(place).serviceHourType", hours.serviceHourType)
    }
  }

  private mutating func readWeek(
    _ hours: PTVServiceHours, _ period: HoursDraft.Period, _ comment: String?, _ place: String
  ) {
    if hours.isAlwaysOpen == true {
      draft.add(.init(comment: comment), on: 1...7, in: period)
    } else if hours.isReservation == true {
      draft.add(.init(modifier: .unknown, comment: comment ?? "ajanvarauksella"), on: 1...7, in: period)
    } else if hours.openingHour?.isEmpty ?? true {
      draft.lose("Hours that are told in words only.", "\(place).additionalInformation", comment)
    }
    for (index, hour) in (hours.openingHour ?? []).enumerated() {
      let place = "\(place).openingHour[\(index)]"
      guard let first = weekday(hour.dayFrom, "\(place).dayFrom"), let span = span(hour, place) else { continue }
      var last = first
      if let text = hour.dayTo, !text.isEmpty, let day = weekday(text, "\(place).dayTo") {
        if day >= first {
          last = day
        } else {
          draft.lose("A last day before the first: read as one day.", "\(place).dayTo", text)
        }
      }
      draft.add(.init(span: span, comment: comment), on: first...last, in: period)
    }
  }

  /// From a time of one day to a time of another: cut where the language's 48 hours end.
  private mutating func readOverMidnight(
    _ hour: PTVServiceHours.OpeningHour, _ period: HoursDraft.Period, _ comment: String?, _ place: String
  ) {
    guard let first = weekday(hour.dayFrom, "\(place).dayFrom"), let from = time(hour.from, "\(place).from"),
      let to = time(hour.to, "\(place).to")
    else { return }
    var days = to <= from ? 1 : 0
    if let text = hour.dayTo, !text.isEmpty {
      guard let last = weekday(text, "\(place).dayTo") else { return }
      if last != first { days = (last - first + 7) % 7 }
    }
    var weekday = first
    var start = from
    while days > 1 || (days == 1 && to == 0) {
      draft.add(.init(span: start == 0 ? nil : start..<1440, comment: comment), on: [weekday], in: period)
      weekday = weekday % 7 + 1
      start = 0
      days -= 1
    }
    guard days * 1440 + to > start else { return }
    draft.add(.init(span: start..<days * 1440 + to, comment: comment), on: [weekday], in: period)
  }

  private mutating func readException(
    _ hours: PTVServiceHours, _ period: HoursDraft.Period, _ comment: String?, _ place: String
  ) {
    guard let from = period.from else {
      draft.lose("An exception without a date.", "\(place).validFrom", hours.validFrom)
      return
    }
    let days = HoursDraft.Period(from: from, to: period.to ?? from)
    if days.from == days.to, let comment, NamedDay.isHoliday(comment) {
      draft.lose("PTV repeats it each year on this holiday; here it is on its next date only.", place, comment)
    }
    if hours.isClosed == true {
      draft.addException(.init(modifier: .off, comment: comment), on: Array(1...7), in: days)
      return
    }
    guard let hour = hours.openingHour?.first else {
      draft.lose("An exception without hours that is not closed.", "\(place).openingHour", comment)
      return
    }
    if let span = span(hour, "\(place).openingHour[0]") {
      draft.addException(.init(span: span, comment: comment), on: Array(1...7), in: days)
    }
  }

  // MARK: - Values

  private mutating func period(_ hours: PTVServiceHours, _ place: String) -> HoursDraft.Period? {
    var period = HoursDraft.Period()
    if let text = hours.validFrom {
      guard let date = date(text, "\(place).validFrom") else { return nil }
      period.from = date
    }
    if let text = hours.validTo {
      guard let date = date(text, "\(place).validTo") else { return nil }
      period.to = date
    }
    if let from = period.from, let to = period.to, to < from {
      draft.lose("The last day is before the first.", "\(place).validTo", hours.validTo)
      return nil
    }
    return period
  }

  private mutating func date(_ text: String, _ place: String) -> HoursDate? {
    if let date = HoursDate(text) { return date }
    draft.lose("No date: the hours are left out.", place, text)
    return nil
  }

  private mutating func comment(_ hours: PTVServiceHours, _ place: String) -> String? {
    let texts = (hours.additionalInformation ?? []).compactMap { text in
      commentText(text.value).map { (language: text.language ?? "", value: $0) }
    }.filter { !saysNoMoreThanHours($0.value) }
    let chosen =
      ["fi", "sv", "en"].compactMap { language in texts.first { $0.language == language } }.first ?? texts.first
    for text in texts where text.language != chosen?.language {
      draft.lose("A comment has one language.", "\(place).additionalInformation", "\(text.language): \(text.value)")
    }
    return chosen?.value
  }

  private mutating func span(_ hour: PTVServiceHours.OpeningHour, _ place: String) -> Range<Int>? {
    guard let from = time(hour.from, "\(place).from"), let to = time(hour.to, "\(place).to") else { return nil }
    return spanMinutes(from, to)
  }

  private mutating func time(_ text: String?, _ place: String) -> Int? {
    if let text, let minutes = clockMinutes(text) { return minutes }
    draft.lose("No time of the day: the hours are left out.", place, text)
    return nil
  }

  private mutating func weekday(_ text: String?, _ place: String) -> Int? {
    let names = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
    if let index = names.firstIndex(of: text?.lowercased() ?? "") { return index + 1 }
    draft.lose("No weekday: the hours are left out.", place, text)
    return nil
  }
}
