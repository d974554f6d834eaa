import OpeningHours

/// What holds on one day or on several in place of a place's opening hours: other hours, or closed.
public struct OpeningException: Sendable, Hashable {
  /// Days that an exception may last.
  public static let maximumDays = 366
  /// Exceptions that a place may have.
  public static let maximumCount = 400

  /// Its number, given once in a registry.
  public var id: Int
  /// The first day, `yyyy-mm-dd`.
  public var from: String
  /// The last day, `yyyy-mm-dd`; not before the first.
  public var to: String
  /// An expression without dates, such as `09:00-12:00`; nil: closed.
  public var hours: String?
  /// Why, for everybody to read.
  public var comment: String?
  /// When it was made (RFC 3339).
  public var createdTime: String
  /// The organisation that made it.
  public var actor: String

  /// Makes an exception.
  public init(
    id: Int, from: String, to: String, hours: String?, comment: String? = nil, createdTime: String, actor: String
  ) {
    self.id = id
    self.from = from
    self.to = to
    self.hours = hours
    self.comment = comment
    self.createdTime = createdTime
    self.actor = actor
  }

  /// As it is stored and answered.
  public var json: JSONValue {
    .object([
      .init("id", .integer(Int64(id))), .init("from", .string(from)), .init("to", .string(to)),
      .init("hours", hours.map { .string($0) } ?? .null), .init("closed", .bool(hours == nil)),
      .init("comment", comment.map { .string($0) } ?? .null), .init("created_time", .string(createdTime)),
      .init("actor", .string(actor)),
    ])
  }

  /// Reads ``json``; nil when it is none.
  public init?(json: JSONValue) {
    guard let id = json["id"]?.integerValue, let from = json["from"]?.stringValue, let to = json["to"]?.stringValue
    else { return nil }
    self.init(
      id: Int(id), from: from, to: to, hours: json["hours"]?.stringValue, comment: json["comment"]?.stringValue,
      createdTime: json["created_time"]?.stringValue ?? "", actor: json["actor"]?.stringValue ?? "")
  }

  /// The exception as rules that take the place of those before them on its days, and in the nights that begin on them:
  /// these end at `latestEnd` (minutes) in what was said before.
  func rules(latestEnd: Int) -> [HoursRule] {
    guard let range else { return [] }
    let said = hours.flatMap { try? HoursExpression(parsing: $0) }?.rules ?? []
    // A comment can't hold its own quotation marks.
    let comment = comment.map { $0.replacing("\"", with: "'") }
    let nights = latestEnd > 1440 ? [TimeSpan(from: .clock(0), to: .clock(latestEnd))] : []
    let closed = HoursRule(dates: [range], times: nights, modifier: .off, comment: comment)
    guard !said.isEmpty else { return [closed] }
    let own = said.enumerated().map { index, rule in
      var rule = rule
      if index == 0 { rule.separator = .normal }
      rule.isAlways = false
      rule.dates = [range]
      rule.comment = rule.comment ?? comment
      return rule
    }
    // Hours of some weekdays only: on the others nothing holds.
    let isPartial = said.contains { $0.days != nil || !$0.weeks.isEmpty }
    guard isPartial || !nights.isEmpty else { return own }
    return [HoursRule(dates: [range], times: nights, modifier: .off)] + own
  }

  private var range: DateRange? {
    func point(_ day: String) -> DatePoint? {
      let numbers = day.split(separator: "-").compactMap { Int($0) }
      return numbers.count == 3 ? DatePoint(.day(month: numbers[1], day: numbers[2]), year: numbers[0]) : nil
    }
    guard let first = point(from), let last = point(to) else { return nil }
    return DateRange(from: first, to: from == to ? nil : last)
  }
}

extension Place {
  /// The expression that holds at the place: what was said, with the exceptions that end on a day (`yyyy-mm-dd`) or
  /// later. Of exceptions for the same day the last one made holds. Nil without hours.
  public func effectiveHours(since day: String) -> String? {
    let exceptions = openingExceptions.filter { $0.to >= day }
    guard !exceptions.isEmpty else { return openingHours }
    // What can't be read is never open.
    let base = openingHours.flatMap { try? HoursExpression(parsing: $0) }
    var rules = base?.rules ?? []
    // The nights of an exception are cut by a later one too.
    var latestEnd = base?.latestEnd ?? 1440
    for exception in exceptions {
      let own = exception.rules(latestEnd: latestEnd)
      rules += own
      latestEnd = max(latestEnd, HoursExpression(rules: own).latestEnd)
    }
    return HoursExpression(rules: rules).description
  }

  /// The same with all exceptions that a question can still be about: questions reach five years back.
  public var effectiveHours: String? {
    guard !openingExceptions.isEmpty else { return openingHours }
    return effectiveHours(since: Timestamp.now().startOfDay(plus: -5 * 366 - 1).localDate)
  }
}
