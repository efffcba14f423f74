/**
 * Reads and checks configuration: a {@link dev.penstock.config.ConfigurationReader} turns YAML or JSON into a
 * {@link dev.penstock.config.Configuration}, or into every {@link dev.penstock.config.Fault} of it at once.
 */
@NullMarked
package dev.penstock.config;

import org.jspecify.annotations.NullMarked;
