/**
 * Whole definitions: a {@link dev.penstock.catalog.Catalog} enumerates listeners, routes and services as
 * {@link dev.penstock.catalog.CatalogState}s; the configuration file is one, labels and tags are others. To write one, start
 * at {@link dev.penstock.catalog.CatalogFactory} and {@link dev.penstock.catalog.PolledCatalog}.
 */
@NullMarked
package dev.penstock.catalog;

import org.jspecify.annotations.NullMarked;
