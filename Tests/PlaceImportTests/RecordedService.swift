import PlaceImport
import Places
import Synchronization

/// A Linked Events service that answers as one was recorded: pages of 1-based numbers, unknown parameters left aside,
/// `event_type=all` refused.
final class RecordedService: Sendable {
  static let url = "https://le.example/linkedevents"

  struct State {
    var places: [[String]] = []
    var events: [[String]] = []
    /// What is answered to `last_modified_since`; nil: all.
    var changedEvents: [String]?
    /// Statuses that are answered before anything else.
    var failures: [Int] = []
    var requests: [String] = []
    /// Where the next pages are said to be.
    var nextBase = RecordedService.url
    /// Called with each request's number before it is answered.
    var onRequest: @Sendable (Int) throws -> Void = { _ in }
  }

  let state: Mutex<State>

  init(places: [[String]] = [[]], events: [[String]] = [[]]) {
    state = Mutex(State(places: places, events: events))
  }

  var requests: [String] { state.withLock { $0.requests } }

  func change(_ body: (inout State) -> Void) { state.withLock { body(&$0) } }

  func fetch(_ url: String) throws -> HarvestResponse {
    let (number, check) = state.withLock { state in
      state.requests.append(url)
      return (state.requests.count, state.onRequest)
    }
    try check(number)
    return state.withLock { state in
      if !state.failures.isEmpty {
        let status = state.failures.removeFirst()
        return HarvestResponse(status: status, headers: status == 429 ? ["retry-after": "7"] : [:], body: [])
      }
      if url.contains("event_type=all") { return HarvestResponse(status: 400, body: Array("{}".utf8)) }
      let isPlaces = url.contains("/v1/place/")
      var pages = isPlaces ? state.places : state.events
      if !isPlaces, url.contains("last_modified_since"), let changed = state.changedEvents { pages = [changed] }
      let page = url.firstMatch(of: /[?&]page=(\d+)/).flatMap { Int($0.1) } ?? 1
      guard pages.indices.contains(page - 1) else {
        return HarvestResponse(status: 404, body: Array(#"{"detail": "Epäkelpo sivu."}"#.utf8))
      }
      let name = isPlaces ? "place" : "event"
      let next = page < pages.count ? "\"\(state.nextBase)/v1/\(name)/?page=\(page + 1)\"" : "null"
      let body = """
        {"meta": {"count": 1, "next": \(next), "previous": null}, "data": [\(pages[page - 1].joined(separator: ","))]}
        """
      return HarvestResponse(
        status: 200, headers: ["date": "Sun, 22 Nov 2026 12:00:00 GMT"], body: Array(body.utf8))
    }
  }

  /// A place as Linked Events tells it; `members`, one a line, take the place of its own.
  static func place(_ id: String, _ members: String = "") -> String {
    let own = """
      {"id": "\(id)", "name": {"fi": "Paikka \(id)"}, "data_source": "tprek", "publisher": "ahjo:u48", "divisions": [],
      "has_user_editable_resources": false, "created_time": "2022-04-03T05:56:04.304761Z", "deleted": false,
      "last_modified_time": "2026-10-20T12:19:58.885005Z", "custom_data": null, "contact_type": null, "email": null,
      "address_region": null, "post_office_box_num": null, "address_country": null, "image": null, "parent": null,
      "replaced_by": null, "n_events": 11, "has_upcoming_events": true, "description": null, "info_url": null,
      "telephone": {"fi": "+358 9 310 21747"}, "address_locality": {"fi": "Turku", "sv": "Åbo"}, "postal_code": null,
      "street_address": {"fi": "Katu 1"}, "position": null, "@id": "http://le.example/v1/place/\(id)/",
      "@context": "http://schema.org", "@type": "Place"}
      """
    let given = members.isEmpty ? "{}" : "{\(members.split(separator: "\n").joined(separator: ","))}"
    guard let own = try? JSONParser.parse(own).members, let given = try? JSONParser.parse(given).members else {
      return ""
    }
    return JSONValue.object(own.filter { member in !given.contains { $0.key == member.key } } + given).text
  }

  static func event(_ id: String, _ members: String) -> String {
    """
    {"id": "\(id)", "data_source": "helsinki", "publisher": "ahjo:u32", "type_id": "General", "deleted": false,
    "replaced_by": null, "event_status": "EventScheduled", "keywords": [{"@id": "http://le.example/v1/keyword/yso:p23/"}],
    "offers": [{"is_free": true}], "images": [], "super_event": null, "sub_events": [], "custom_data": null,
    "@id": "http://le.example/v1/event/\(id)/", "@context": "http://schema.org", "@type": "Event/LinkedEvent",
    \(members)}
    """
  }

  static func deletedEvent(_ id: String, replacedBy: String? = nil) -> String {
    """
    {"id": "\(id)", "name": {"fi": "POISTETTU", "sv": "RADERAD", "en": "DELETED"}, "deleted": true,
    "last_modified_time": "2026-11-01T00:00:00Z", "replaced_by": \(replacedBy.map { "\"\($0)\"" } ?? "null")}
    """
  }

  /// What a service may well hold: replaced, deleted, chained and broken places, and events at them.
  static func recorded() -> RecordedService {
    RecordedService(
      places: [
        [
          place(
            "tprek:1",
            """
            "name": {"fi": "<b>Kirjasto</b>", "sv": "Bibliotek"}
            "postal_code": "FI-20720"
            "email": ""
            "info_url": {"fi": "www.turku.fi/kirjasto", "sv": "ei ole"}
            "description": {"de": "Bücherei", "fi": ""}
            "position": {"type": "Point", "coordinates": [22.2907, 60.4437]}
            """),
          place("tprek:2", "\"deleted\": true\n\"replaced_by\": \"tprek:3\""),
          place("tprek:3", "\"deleted\": true\n\"replaced_by\": \"tprek:4\""),
        ],
        [
          place("tprek:4", #""parent": "tprek:9""#),
          place("tprek:5", #""deleted": true"#),
          place(
            "tprek:6",
            """
            "postal_code": "20100 Turku"
            "position": {"type": "Point", "coordinates": [0.5, 0.5]}
            """),
          place("tprek:7", #""name": null"#),
          place("rikki"),
          place("tprek:8", #""name": {"de": "Schwimmhalle"}"#),
          place("ours:1"),
        ],
        [
          place("tprek:9", #""street_address": "Katu 9""#),
          place("tprek:91", "\"deleted\": true\n\"replaced_by\": \"tprek:91\""),
          place("tprek:92", "\"deleted\": true\n\"replaced_by\": \"tprek:404\""),
        ],
      ],
      events: [
        [
          event(
            "helsinki:e1",
            """
            "name": {"fi": "Konsertti"}, "start_time": "2030-03-06T06:17:40Z", "end_time": null,
            "location": {"@id": "http://le.example/v1/place/tprek:2/"}
            """),
          event(
            "helsinki:e2",
            """
            "name": {"fi": "Juhla"}, "start_time": "2030-03-07T06:17:40Z", "end_time": "2030-03-07T08:17:40Z",
            "location": {"@id": "http://le.example/v1/place/tprek:404x/"}, "uusi_avain": 1
            """),
        ],
        [
          deletedEvent("helsinki:e3"),
          event("helsinki:e4", #""name": {"fi": "Milloin?"}, "start_time": null, "location": null"#),
        ],
      ])
  }
}
