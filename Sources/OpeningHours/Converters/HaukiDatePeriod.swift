/// A period of a resource's hours in Hauki, Helsinki's opening hours service (`date_periods[]` of `/v1/resource/{id}/`).
/// Absent keys and nulls are the same.
public struct HaukiDatePeriod: Sendable, Hashable, Decodable {
  /// A text, or one of each language.
  public struct Text: Sendable, Hashable, Decodable {
    /// By language; a text without one under the empty key.
    public let values: [String: String]

    /// Reads a string or an object of strings.
    public init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let text = try? container.decode(String.self) {
        values = text.isEmpty ? [:] : ["": text]
      } else {
        values = try container.decode([String: String?].self).compactMapValues { $0 }.filter { !$0.value.isEmpty }
      }
    }

    /// Finnish, else Swedish, else English, else any.
    var first: String? {
      (["fi", "", "sv", "en"].first { values[$0] != nil } ?? values.keys.min()).flatMap { values[$0] }
    }
  }

  /// Spans that hold on the days that all rules of the group leave.
  public struct TimeSpanGroup: Sendable, Hashable, Decodable {
    /// The spans.
    public var timeSpans: [TimeSpan]?
    /// The rules; none for all days.
    public var rules: [Rule]?

    enum CodingKeys: String, CodingKey {
      case timeSpans = "time_spans"
      case rules
    }
  }

  /// A span of times on weekdays.
  public struct TimeSpan: Sendable, Hashable, Decodable {
    /// A name for people.
    public var name: Text?
    /// A description for people.
    public var description: Text?
    /// `08:00:00`
    public var startTime: String?
    /// `16:00:00`
    public var endTime: String?
    /// Whether the end is on the next day; it is anyway where it is not after the beginning.
    public var endTimeOnNextDay: Bool?
    /// The whole day.
    public var fullDay: Bool?
    /// Monday 1 – Sunday 7; none for all.
    public var weekdays: [Int]?
    /// The state; `undefined` for the period's.
    public var resourceState: String?

    enum CodingKeys: String, CodingKey {
      case name, description, weekdays
      case startTime = "start_time"
      case endTime = "end_time"
      case endTimeOnNextDay = "end_time_on_next_day"
      case fullDay = "full_day"
      case resourceState = "resource_state"
    }
  }

  /// Which days of a period, a year or a month.
  public struct Rule: Sendable, Hashable, Decodable {
    /// `period`, `year`, `month`
    public var context: String?
    /// `day`, `week`, `month`, `mon` … `sun`
    public var subject: String?
    /// Which of them, from 1; negative from the end.
    public var start: Int?
    /// Each how many of them.
    public var frequencyOrdinal: Int?
    /// `even`, `odd`
    public var frequencyModifier: String?

    enum CodingKeys: String, CodingKey {
      case context, subject, start
      case frequencyOrdinal = "frequency_ordinal"
      case frequencyModifier = "frequency_modifier"
    }
  }

  /// A name for people.
  public var name: Text?
  /// A description for people.
  public var description: Text?
  /// The first day; nil for no bound.
  public var startDate: String?
  /// The last day; nil for no bound.
  public var endDate: String?
  /// The state of days without spans, and of spans without a state.
  public var resourceState: String?
  /// Whether the period replaces others on the days on which it has hours.
  public var override: Bool?
  /// The hours; none for whole days.
  public var timeSpanGroups: [TimeSpanGroup]?

  enum CodingKeys: String, CodingKey {
    case name, description, override
    case startDate = "start_date"
    case endDate = "end_date"
    case resourceState = "resource_state"
    case timeSpanGroups = "time_span_groups"
  }
}

/// What Hauki's 16 states are here.
enum HaukiState {
  /// Hauki's own set of open states is open, with the state as comment unless it is plainly open; its others are closed,
  /// and where nothing is known of the hours, unknown. Nil for a state that is not Hauki's.
  static func entry(_ state: String, span: Range<Int>?) -> WeekPlan.Entry? {
    switch state {
    case "open": WeekPlan.Entry(span: span)
    case "self_service", "with_key", "with_reservation", "open_and_reservable", "with_key_and_reservation",
      "enter_only",
      "weather_permitting", "reserved", "by_appointment":
      WeekPlan.Entry(span: span, comment: state)
    case "closed": WeekPlan.Entry(span: span, modifier: .off)
    case "exit_only", "not_in_use", "maintenance": WeekPlan.Entry(span: span, modifier: .off, comment: state)
    case "undefined", "no_opening_hours": WeekPlan.Entry(span: span, modifier: .unknown, comment: state)
    default: nil
    }
  }
}
