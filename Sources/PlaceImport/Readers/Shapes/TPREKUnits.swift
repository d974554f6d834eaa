import Geodesy
import Places

extension JSONShape {
  /// Units of the Helsinki region's service register (TPREK, `palvelukarttaws` v4).
  static let tprek = JSONShape(
    name: "TPREK v4", kind: .places,
    header: ["id"] + columns("name", "description", "street_address") + ["postal_code"] + columns("post_office")
      + ["lon", "lat", "x", "y", "srid", "email", "telephone_fi"] + columns("info_url", "opening_hours_text")
      + ["status", "identifiers"],
    recognises: { unit in
      unit["id"] != nil && unit["name_fi"] ?? unit["name_sv"] ?? unit["name_en"] != nil
        && ["address_zip", "dept_id", "org_id", "northing_etrs_gk25", "provider_type", "ontologyword_ids"].contains {
          unit[$0] != nil
        }
    },
    cells: { unit, surroundings in TPREKUnit(unit, surroundings).cells })
}

private struct TPREKUnit {
  let json: JSONValue
  var cells = ShapedCells()

  init(_ json: JSONValue, _ surroundings: JSONShape.Surroundings) {
    self.json = json
    cells["id"] = json.text("id")
    for (field, keys) in [
      ("name", ["name"]), ("description", ["desc", "short_desc"]), ("street_address", ["street_address"]),
      ("post_office", ["address_city"]),
    ] {
      for language in Language.allCases {
        guard let text = keys.map({ json.text("\($0)_\(language.rawValue)") }).first(where: { !$0.isEmpty }) else {
          continue
        }
        cells["\(field)_\(language.rawValue)"] = text
      }
    }
    cells["postal_code"] = json.text("address_zip")
    cells["telephone_fi"] = json.text("phone")
    cells.emails([json.text("email")])
    cells.webAddresses(Language.allCases.map { ($0.rawValue, json.text("www_\($0.rawValue)")) })
    if let isPublic = json["is_public"]?.boolValue { cells["status"] = isPublic ? "public" : "draft" }
    identifiers()
    hours()
    position(surroundings.transform)
  }

  /// The unit's own number, those of the systems that it came from, and its building.
  private mutating func identifiers() {
    var pairs = [("tprek", json.text("id"))]
    for source in json.list("sources") where source.text("source") != "internal" {
      pairs.append((source.text("source").lowercased(), source.text("id")))
    }
    pairs.append(("vtj-prt", json.text("vtj_prt")))
    cells.identifiers(pairs)
  }

  /// The connections of the section OPENING_HOURS hold hours in words.
  private mutating func hours() {
    for connection in json.list("connections") where connection.text("section_type") == "OPENING_HOURS" {
      for language in ["fi", "sv", "en"] {
        let text = connection.text("name_\(language)")
        guard !text.isEmpty else { continue }
        let column = "opening_hours_text_\(language)"
        cells[column] = cells[column].isEmpty ? text : cells[column] + "\n" + text
      }
    }
  }

  /// Degrees, and GK25 beside them when it is the same point to a metre (it comes in whole metres).
  private mutating func position(_ transform: PlaceRowMapper.Transform?) {
    cells["lon"] = json.text("longitude")
    cells["lat"] = json.text("latitude")
    for (name, srid) in [("gk25", 3879), ("tm35fin", 3067)] {
      let (x, y) = (json.text("easting_etrs_\(name)"), json.text("northing_etrs_\(name)"))
      guard let easting = Double(x), let northing = Double(y) else { continue }
      if let lon = Double(cells["lon"]), let lat = Double(cells["lat"]) {
        guard let transform, let other = try? transform(Coordinate(x: lon, y: lat), 4326, srid) else { return }
        let distance = ((other.x - easting) * (other.x - easting) + (other.y - northing) * (other.y - northing))
          .squareRoot()
        guard distance <= 1 else {
          cells.note(
            "positions-disagree",
            "\(name) \(x) \(y) lies \(Int(distance.rounded())) m from longitude and latitude, which are taken.")
          return
        }
      }
      cells["x"] = x
      cells["y"] = y
      cells["srid"] = String(srid)
      return
    }
  }
}
