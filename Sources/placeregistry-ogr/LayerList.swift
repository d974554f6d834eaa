import CGDAL
import Places
import VectorFiles

/// The layers of a file: tables of a GeoPackage, sheets of a workbook.
struct LayerList {
  struct Layer {
    let name: String
    let handle: OGRLayerH
    /// Negative where it would have to be counted.
    let count: Int
  }

  let layers: [Layer]

  /// Rows are counted where one layer has to be chosen for the others' emptiness; with a `name` only in that layer.
  init(_ dataset: GDALDatasetH, name: String?) {
    layers = (0..<GDALDatasetGetLayerCount(dataset)).compactMap { index in
      guard let handle = GDALDatasetGetLayer(dataset, index), let layer = OGR_L_GetName(handle) else { return nil }
      let text = String(cString: layer)
      let isCounted = name == nil || name?.lowercased() == text.lowercased()
      return Layer(name: text, handle: handle, count: Int(OGR_L_GetFeatureCount(handle, isCounted ? 1 : 0)))
    }
  }

  /// What QGIS keeps beside the data.
  private static let notData: Set<String> = ["layer_styles", "qgis_projects"]

  /// The layer of that name, or the only one, or the only one that holds anything.
  func choose(_ name: String?, file: String) throws -> OGRLayerH {
    let names = layers.map { "\"\($0.name)\"" }.joined(separator: ", ")
    if let name {
      if let layer = layers.first(where: { $0.name == name }) { return layer.handle }
      let similar = layers.filter { $0.name.lowercased() == name.lowercased() }
      if similar.count == 1 { return similar[0].handle }
      throw VectorFileError("unknown-layer", "\(file) has no layer \"\(name)\": it has \(names).", flag: "--layer")
    }
    let candidates = layers.filter { !Self.notData.contains($0.name) }
    if candidates.count == 1 { return candidates[0].handle }
    let filled = candidates.filter { $0.count != 0 }
    if filled.count == 1 { return filled[0].handle }
    guard let first = candidates.first else {
      throw VectorFileError("no-layers", "\(file) holds no table or layer.")
    }
    if filled.isEmpty { return first.handle }
    throw VectorFileError(
      "several-layers", "\(file) has several layers: \(names). Name the one to read with --layer.", flag: "--layer")
  }

  func write(to writer: inout JSONWriter) {
    writer.beginArray()
    for layer in layers {
      writer.beginObject()
      writer.key("name")
      writer.string(layer.name)
      writer.key("features")
      if layer.count < 0 { writer.null() } else { writer.integer(layer.count) }
      writer.endObject()
    }
    writer.endArray()
  }
}
