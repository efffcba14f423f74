/**
 * Labels and tags that people put on containers and registered services, read into routes and settings of services: start
 * at {@link dev.penstock.label.LabelReader} for one thing, {@link dev.penstock.label.LabelUnion} for those of a source.
 */
@NullMarked
package dev.penstock.label;

import org.jspecify.annotations.NullMarked;
