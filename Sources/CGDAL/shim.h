// GDAL's C API (3.6 or newer): vector drivers, geometries and coordinate reference systems.
#include <cpl_conv.h>
#include <cpl_error.h>
#include <cpl_string.h>
#include <cpl_vsi.h>
#include <gdal.h>
#include <ogr_api.h>
#include <ogr_srs_api.h>

#include "sandbox.h"

// The drivers that are registered, one by one. libgdal exports these with C names; its header of them is C++.
void RegisterOGRGeoPackage(void);
void RegisterOGRShape(void);
void RegisterOGRGML(void);
void RegisterOGRFlatGeobuf(void);
void RegisterOGRTAB(void);
void RegisterOGRXLSX(void);
void RegisterOGRODS(void);
void RegisterOGRKML(void);
