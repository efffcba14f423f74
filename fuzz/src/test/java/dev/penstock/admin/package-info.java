/** Fuzzing of the admin API: {@link dev.penstock.admin.ApiFuzz}. */
@NullMarked
package dev.penstock.admin;

import org.jspecify.annotations.NullMarked;
