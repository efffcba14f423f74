/** The reference main: the penstock program. */
@NullMarked
package dev.penstock.gateway;

import org.jspecify.annotations.NullMarked;
