/// The one renderer of event documents (Linked Events' event object).
///
/// A document is stored without what depends on the request, the place or the version: `@id`, `location`, `sub_events`,
/// `created_time`, `last_modified_time`, `version`, `deleted`, `replaced_by` and `distance` are spliced in when it is
/// answered. Where an address of ours begins stands ``base``.
public enum EventDocument {
  /// Stands for the base of our URLs in a stored document. JSON text never holds this byte: it would be escaped.
  public static let base: UInt8 = 0x01

  /// The members of the object without its braces, to be stored.
  public static func stored(_ event: EventLink) -> JSONWriter {
    var w = JSONWriter(capacity: 1600)
    w.member("@context", "http://schema.org")
    w.member("@type", "Event/LinkedEvent")
    w.member("id", event.id.description)
    w.member("data_source", event.id.source.description)
    w.member("publisher", event.publisher)
    w.key("has_user_editable_resources")
    w.bool(false)
    w.member("name", event.name)
    w.member("short_description", event.shortDescription)
    w.member("description", event.description)
    w.member("type_id", event.type.rawValue)
    w.member("start_time", event.start?.text)
    w.member("end_time", event.end?.text)
    w.member("event_status", event.status.rawValue)
    w.member("publication_status", event.isPublic ? "public" : "draft")
    w.member("location_extra_info", event.locationExtraInfo)
    w.member("info_url", event.infoURL)
    w.member("provider", event.provider)
    w.key("super_event")
    if let id = event.superEvent { reference("event", id, &w) } else { w.null() }
    w.member("super_event_type", event.superEventType?.rawValue)
    w.key("keywords")
    w.beginArray()
    for keyword in event.keywords { reference("keyword", keyword, &w) }
    w.endArray()
    w.key("images")
    w.value(.array(event.images))
    for key in EventKeys.kept {
      w.key(key.name)
      w.value(event.other(key.name) ?? key.empty)
    }
    for member in event.other where !EventKeys.kept.contains(where: { $0.name == member.key }) {
      w.key(member.key)
      w.value(member.value)
    }
    w.key("custom_data")
    w.value(event.customData ?? .null)
    return w
  }

  /// `{"@id": …}` of an id of ours or another service's URL.
  private static func reference(_ collection: String, _ id: String, _ w: inout JSONWriter) {
    w.beginObject()
    if id.contains("://") {
      w.member("@id", id)
    } else {
      w.key("@id")
      // Segments are plain ASCII, so nothing in them needs escaping.
      w.raw([UInt8(ascii: "\""), base] + Array("/v1/\(collection)/\(ResourceAddress.segment(id))/\"".utf8))
    }
    w.endObject()
  }

  /// The names of a deleted event, as Linked Events tells them.
  public static let deletedName = LocalizedText([.fi: "POISTETTU", .sv: "RADERAD", .en: "DELETED"])
}
