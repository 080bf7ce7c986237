"""baseline.

Revision ID: 0001
Revises: 
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('organisation_settings',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('decide_own', sa.Enum('by_another_person', 'own_allowed', name='decide_own', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('demo_loaded_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('id = 1', name=op.f('ck_organisation_settings_single_row')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_organisation_settings'))
    )
    op.create_table('requisition_counters',
    sa.Column('prefix', sa.String(), nullable=False),
    sa.Column('last', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.PrimaryKeyConstraint('prefix', name=op.f('pk_requisition_counters'))
    )
    op.create_table('sent_forms',
    sa.Column('digest', sa.String(), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('location', sa.String(), nullable=True),
    sa.PrimaryKeyConstraint('digest', name=op.f('pk_sent_forms'))
    )
    with op.batch_alter_table('sent_forms', schema=None) as batch_op:
        batch_op.create_index('ix_sent_forms_sent_at', ['sent_at'], unique=False)

    op.create_table('stage_templates',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('role', sa.Enum('ml_engineer', 'mlops_engineer', name='role', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('version', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stage_templates')),
    sa.UniqueConstraint('role', name=op.f('uq_stage_templates_role'))
    )
    op.create_table('stored_files',
    sa.Column('sha256', sa.String(), nullable=False),
    sa.Column('size', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('media_type', sa.String(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('sha256', name=op.f('pk_stored_files'))
    )
    op.create_table('tick_runs',
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('lease_token', sa.String(), nullable=True),
    sa.Column('leased_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('done', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('error', sa.String(), nullable=True),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_tick_runs'))
    )
    op.create_table('users',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('email', sa.String(), nullable=False),
    sa.Column('password_hash', sa.String(), nullable=True),
    sa.Column('session_key', sa.String(), nullable=False),
    sa.Column('timezone', sa.String(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_signed_in_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('disabled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('successor_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('wants_summary', sa.Boolean(), nullable=False),
    sa.Column('wants_reminders', sa.Boolean(), nullable=False),
    sa.Column('wants_shortcuts', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['successor_id'], ['users.id'], name=op.f('fk_users_successor_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_users')),
    sa.UniqueConstraint('email', name=op.f('uq_users_email')),
    sa.UniqueConstraint('session_key', name=op.f('uq_users_session_key'))
    )
    op.create_table('access_links',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('purpose', sa.Enum('invitation', 'reset', name='purpose', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('made_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['made_by_id'], ['users.id'], name=op.f('fk_access_links_made_by_id')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_access_links_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_access_links'))
    )
    with op.batch_alter_table('access_links', schema=None) as batch_op:
        batch_op.create_index('ix_access_links_user', ['user_id'], unique=False)

    op.create_table('batches',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('mark', sa.String(), nullable=False),
    sa.Column('kind', sa.Enum('move', 'reject', 'withdraw', 'close', 'assign', 'tag', name='kind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('actor_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('stage_key', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('comment', sa.Text(), nullable=False),
    sa.Column('told', sa.Boolean(), nullable=False),
    sa.Column('happened_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('recruiter_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('tags', sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), 'postgresql'), nullable=False),
    sa.Column('undone_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('undone_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('tries', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('next_try_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['actor_id'], ['users.id'], name=op.f('fk_batches_actor_id')),
    sa.ForeignKeyConstraint(['recruiter_id'], ['users.id'], name=op.f('fk_batches_recruiter_id')),
    sa.ForeignKeyConstraint(['undone_by_id'], ['users.id'], name=op.f('fk_batches_undone_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_batches')),
    sa.UniqueConstraint('mark', name=op.f('uq_batches_mark'))
    )
    with op.batch_alter_table('batches', schema=None) as batch_op:
        batch_op.create_index('ix_batches_undone', ['undone_at'], unique=False, sqlite_where=sa.text('undone_at IS NOT NULL'), postgresql_where=sa.text('undone_at IS NOT NULL'))
        batch_op.create_index('ix_batches_unfinished', ['created_at'], unique=False, sqlite_where=sa.text('finished_at IS NULL'), postgresql_where=sa.text('finished_at IS NULL'))

    op.create_table('candidates',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('search_name', sa.String(), nullable=False),
    sa.Column('email', sa.String(), nullable=True),
    sa.Column('email_key', sa.String(), nullable=True),
    sa.Column('phone', sa.String(), nullable=True),
    sa.Column('phone_key', sa.String(), nullable=True),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('company', sa.String(), nullable=False),
    sa.Column('location', sa.String(), nullable=False),
    sa.Column('timezone', sa.String(), nullable=False),
    sa.Column('place_key', sa.String(), nullable=False),
    sa.Column('linkedin_url', sa.String(), nullable=True),
    sa.Column('github_url', sa.String(), nullable=True),
    sa.Column('website_url', sa.String(), nullable=True),
    sa.Column('do_not_contact_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('do_not_contact_reason', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('erased_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('demo', sa.Boolean(), nullable=False),
    sa.Column('version', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['created_by_id'], ['users.id'], name=op.f('fk_candidates_created_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_candidates'))
    )
    with op.batch_alter_table('candidates', schema=None) as batch_op:
        batch_op.create_index('ix_candidates_linkedin_url', ['linkedin_url'], unique=False)
        batch_op.create_index('ix_candidates_phone_key', ['phone_key'], unique=False)
        batch_op.create_index('ix_candidates_search_name', ['search_name'], unique=False, postgresql_ops={'search_name': 'text_pattern_ops'})
        batch_op.create_index('uq_candidates_email_key', ['email_key'], unique=True, sqlite_where=sa.text('email_key IS NOT NULL'), postgresql_where=sa.text('email_key IS NOT NULL'))

    op.create_table('requisitions',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('number', sa.String(), nullable=False),
    sa.Column('role', sa.Enum('ml_engineer', 'mlops_engineer', name='role', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('team', sa.String(), nullable=False),
    sa.Column('state', sa.Enum('draft', 'pending_approval', 'open', 'on_hold', 'filled', 'cancelled', name='state', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('workplace', sa.Enum('on_site', 'hybrid', 'remote', name='workplace', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('location', sa.String(), nullable=False),
    sa.Column('regions', sa.String(), nullable=False),
    sa.Column('overlap_timezone', sa.String(), nullable=False),
    sa.Column('overlap_hours', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('engagement', sa.Enum('employee', 'contractor', name='engagement', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('salary_from', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('salary_to', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('currency', sa.String(), nullable=False),
    sa.Column('target_days', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('description', sa.Text(), nullable=False),
    sa.Column('confidential', sa.Boolean(), nullable=False),
    sa.Column('created_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('close_reason', sa.Text(), nullable=False),
    sa.Column('version', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.CheckConstraint("(state IN ('filled', 'cancelled')) = (closed_at IS NOT NULL)", name=op.f('ck_requisitions_closed_has_time')),
    sa.CheckConstraint('salary_from IS NULL OR salary_to IS NULL OR salary_from <= salary_to', name=op.f('ck_requisitions_salary_range')),
    sa.CheckConstraint('target_days > 0', name=op.f('ck_requisitions_target_days')),
    sa.ForeignKeyConstraint(['created_by_id'], ['users.id'], name=op.f('fk_requisitions_created_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_requisitions')),
    sa.UniqueConstraint('number', name=op.f('uq_requisitions_number'))
    )
    with op.batch_alter_table('requisitions', schema=None) as batch_op:
        batch_op.create_index('ix_requisitions_state', ['state', 'id'], unique=False)

    op.create_table('summary_schedules',
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('next_due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('timezone', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_summary_schedules_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('user_id', name=op.f('pk_summary_schedules'))
    )
    with op.batch_alter_table('summary_schedules', schema=None) as batch_op:
        batch_op.create_index('ix_summary_schedules_due', ['next_due_at'], unique=False)

    op.create_table('tags',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['created_by_id'], ['users.id'], name=op.f('fk_tags_created_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tags')),
    sa.UniqueConstraint('key', name=op.f('uq_tags_key'))
    )
    op.create_table('template_stages',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('template_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('position', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('phase', sa.Enum('sourcing', 'vetting', 'offer', name='phase', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('kind', sa.Enum('identified', 'contacted', 'applied', 'screening', 'assessment', 'interview', 'shortlisted', 'preparing_offer', 'offer_extended', 'other', name='kind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('limit_days', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('requires_approval', sa.Boolean(), nullable=False),
    sa.Column('retired_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['template_id'], ['stage_templates.id'], name=op.f('fk_template_stages_template_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_template_stages')),
    sa.UniqueConstraint('template_id', 'key', name=op.f('uq_template_stages_template_id_key'))
    )
    with op.batch_alter_table('template_stages', schema=None) as batch_op:
        batch_op.create_index('ix_template_stages_template', ['template_id', 'position'], unique=False)

    op.create_table('user_preferences',
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('value', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_user_preferences_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('user_id', 'key', name=op.f('pk_user_preferences'))
    )
    op.create_table('user_roles',
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('role', sa.Enum('admin', 'recruiter', 'hiring_manager', 'interviewer', name='role', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_user_roles_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('user_id', 'role', name=op.f('pk_user_roles'))
    )
    op.create_table('board_pulses',
    sa.Column('requisition_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('n', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['requisition_id'], ['requisitions.id'], name=op.f('fk_board_pulses_requisition_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('requisition_id', name=op.f('pk_board_pulses'))
    )
    op.create_table('candidate_files',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('candidate_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('sha256', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('kind', sa.Enum('resume', 'other', name='kind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('uploaded_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('uploaded_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['candidate_id'], ['candidates.id'], name=op.f('fk_candidate_files_candidate_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['sha256'], ['stored_files.sha256'], name=op.f('fk_candidate_files_sha256')),
    sa.ForeignKeyConstraint(['uploaded_by_id'], ['users.id'], name=op.f('fk_candidate_files_uploaded_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_candidate_files')),
    sa.UniqueConstraint('candidate_id', 'sha256', name=op.f('uq_candidate_files_candidate_id_sha256'))
    )
    with op.batch_alter_table('candidate_files', schema=None) as batch_op:
        batch_op.create_index('ix_candidate_files_sha256', ['sha256'], unique=False)

    op.create_table('candidate_imports',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('requisition_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('created_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('file_name', sa.String(), nullable=False),
    sa.Column('sha256', sa.String(), nullable=False),
    sa.Column('state', sa.Enum('checked', 'running', 'done', name='state', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('mapping', sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), 'postgresql'), nullable=False),
    sa.Column('rows', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('next_row', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('worked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('counts', sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), 'postgresql'), nullable=False),
    sa.Column('left_out', sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), 'postgresql'), nullable=False),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('file_deleted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('tries', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('next_try_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("(state = 'done') = (finished_at IS NOT NULL)", name=op.f('ck_candidate_imports_done_has_time')),
    sa.ForeignKeyConstraint(['created_by_id'], ['users.id'], name=op.f('fk_candidate_imports_created_by_id')),
    sa.ForeignKeyConstraint(['requisition_id'], ['requisitions.id'], name=op.f('fk_candidate_imports_requisition_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_candidate_imports'))
    )
    with op.batch_alter_table('candidate_imports', schema=None) as batch_op:
        batch_op.create_index('ix_candidate_imports_requisition', ['requisition_id', 'id'], unique=False)
        batch_op.create_index('ix_candidate_imports_state', ['state', 'worked_at'], unique=False)

    op.create_table('candidate_notes',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('candidate_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('requisition_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('author_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['users.id'], name=op.f('fk_candidate_notes_author_id')),
    sa.ForeignKeyConstraint(['candidate_id'], ['candidates.id'], name=op.f('fk_candidate_notes_candidate_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['requisition_id'], ['requisitions.id'], name=op.f('fk_candidate_notes_requisition_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_candidate_notes'))
    )
    with op.batch_alter_table('candidate_notes', schema=None) as batch_op:
        batch_op.create_index('ix_candidate_notes_candidate', ['candidate_id', 'id'], unique=False)

    op.create_table('candidate_search_words',
    sa.Column('word', sa.String().with_variant(sa.String(collation='C'), 'postgresql'), nullable=False),
    sa.Column('candidate_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.ForeignKeyConstraint(['candidate_id'], ['candidates.id'], name=op.f('fk_candidate_search_words_candidate_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('word', 'candidate_id', name=op.f('pk_candidate_search_words')),
    sqlite_with_rowid=False
    )
    with op.batch_alter_table('candidate_search_words', schema=None) as batch_op:
        batch_op.create_index('ix_candidate_search_words_candidate', ['candidate_id', 'word'], unique=False)

    op.create_table('candidate_tags',
    sa.Column('candidate_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('tag_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['by_id'], ['users.id'], name=op.f('fk_candidate_tags_by_id')),
    sa.ForeignKeyConstraint(['candidate_id'], ['candidates.id'], name=op.f('fk_candidate_tags_candidate_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['tag_id'], ['tags.id'], name=op.f('fk_candidate_tags_tag_id')),
    sa.PrimaryKeyConstraint('candidate_id', 'tag_id', name=op.f('pk_candidate_tags'))
    )
    with op.batch_alter_table('candidate_tags', schema=None) as batch_op:
        batch_op.create_index('ix_candidate_tags_tag', ['tag_id', 'candidate_id'], unique=False)

    op.create_table('checklist_items',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('requisition_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('position', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('role', sa.Enum('ml_engineer', 'mlops_engineer', name='role', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('description', sa.Text(), nullable=False),
    sa.Column('need', sa.Enum('must_have', 'nice_to_have', name='need', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('removed_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['requisition_id'], ['requisitions.id'], name=op.f('fk_checklist_items_requisition_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_checklist_items'))
    )
    with op.batch_alter_table('checklist_items', schema=None) as batch_op:
        batch_op.create_index('ix_checklist_items_requisition', ['requisition_id', 'position'], unique=False)

    op.create_table('holds',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('requisition_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('held_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('resumed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.CheckConstraint('resumed_at IS NULL OR resumed_at >= held_at', name=op.f('ck_holds_order')),
    sa.ForeignKeyConstraint(['requisition_id'], ['requisitions.id'], name=op.f('fk_holds_requisition_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_holds'))
    )
    with op.batch_alter_table('holds', schema=None) as batch_op:
        batch_op.create_index('ix_holds_requisition', ['requisition_id'], unique=False)
        batch_op.create_index('uq_holds_open', ['requisition_id'], unique=True, sqlite_where=sa.text('resumed_at IS NULL'), postgresql_where=sa.text('resumed_at IS NULL'))

    op.create_table('openings',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('requisition_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('position', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['requisition_id'], ['requisitions.id'], name=op.f('fk_openings_requisition_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_openings')),
    sa.UniqueConstraint('requisition_id', 'position', name=op.f('uq_openings_requisition_id_position'))
    )
    op.create_table('saved_views',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('owner_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('requisition_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('role', sa.Enum('ml_engineer', 'mlops_engineer', name='role', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('kind', sa.Enum('board', 'list', name='kind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('arguments', sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), 'postgresql'), nullable=False),
    sa.Column('shared', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('requisition_id IS NULL OR role IS NULL', name=op.f('ck_saved_views_one_reach')),
    sa.ForeignKeyConstraint(['owner_id'], ['users.id'], name=op.f('fk_saved_views_owner_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['requisition_id'], ['requisitions.id'], name=op.f('fk_saved_views_requisition_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_saved_views')),
    sa.UniqueConstraint('owner_id', 'key', name=op.f('uq_saved_views_owner_id_key'))
    )
    with op.batch_alter_table('saved_views', schema=None) as batch_op:
        batch_op.create_index('ix_saved_views_requisition', ['requisition_id', 'role'], unique=False)

    op.create_table('stages',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('requisition_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('position', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('phase', sa.Enum('sourcing', 'vetting', 'offer', name='phase', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('kind', sa.Enum('identified', 'contacted', 'applied', 'screening', 'assessment', 'interview', 'shortlisted', 'preparing_offer', 'offer_extended', 'other', name='kind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('limit_days', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('requires_approval', sa.Boolean(), nullable=False),
    sa.Column('retired_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['requisition_id'], ['requisitions.id'], name=op.f('fk_stages_requisition_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stages')),
    sa.UniqueConstraint('requisition_id', 'key', name=op.f('uq_stages_requisition_id_key'))
    )
    with op.batch_alter_table('stages', schema=None) as batch_op:
        batch_op.create_index('ix_stages_requisition', ['requisition_id', 'position'], unique=False)

    op.create_table('team_members',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('requisition_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('part', sa.Enum('recruiter', 'hiring_manager', 'deputy', 'interviewer', name='part', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.ForeignKeyConstraint(['requisition_id'], ['requisitions.id'], name=op.f('fk_team_members_requisition_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_team_members_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_team_members')),
    sa.UniqueConstraint('requisition_id', 'user_id', 'part', name=op.f('uq_team_members_requisition_id_user_id_part'))
    )
    with op.batch_alter_table('team_members', schema=None) as batch_op:
        batch_op.create_index('ix_team_members_user', ['user_id', 'part', 'requisition_id'], unique=False)

    op.create_table('applications',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('requisition_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('candidate_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('stage_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('status', sa.Enum('active', 'hired', 'rejected', 'withdrawn', 'closed', name='status', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('source_kind', sa.Enum('sourced', 'applied', 'referred', name='source_kind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('applied_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('responded_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('stage_entered_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('end_reason', sa.String(), nullable=False),
    sa.Column('told_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('recruiter_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('transferred_from_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('salary_wish', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('salary_currency', sa.String(), nullable=False),
    sa.Column('notice', sa.String(), nullable=False),
    sa.Column('work_permit', sa.String(), nullable=False),
    sa.Column('competing_deadline', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.CheckConstraint("(status = 'active') = (ended_at IS NULL)", name=op.f('ck_applications_ended_has_time')),
    sa.ForeignKeyConstraint(['candidate_id'], ['candidates.id'], name=op.f('fk_applications_candidate_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['recruiter_id'], ['users.id'], name=op.f('fk_applications_recruiter_id')),
    sa.ForeignKeyConstraint(['requisition_id'], ['requisitions.id'], name=op.f('fk_applications_requisition_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['stage_id'], ['stages.id'], name=op.f('fk_applications_stage_id')),
    sa.ForeignKeyConstraint(['transferred_from_id'], ['applications.id'], name=op.f('fk_applications_transferred_from_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_applications'))
    )
    with op.batch_alter_table('applications', schema=None) as batch_op:
        batch_op.create_index('ix_applications_candidate', ['candidate_id'], unique=False)
        batch_op.create_index('ix_applications_column', ['requisition_id', 'status', 'stage_id', 'stage_entered_at', 'id'], unique=False)
        batch_op.create_index('ix_applications_stage', ['stage_id'], unique=False)
        batch_op.create_index('ix_applications_transferred', ['transferred_from_id'], unique=False)
        batch_op.create_index('uq_applications_active', ['candidate_id', 'requisition_id'], unique=True, sqlite_where=sa.text("status = 'active'"), postgresql_where=sa.text("status = 'active'"))

    op.create_table('default_views',
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('board', sa.String(), nullable=False),
    sa.Column('view_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_default_views_user_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['view_id'], ['saved_views.id'], name=op.f('fk_default_views_view_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('user_id', 'board', name=op.f('pk_default_views'))
    )
    with op.batch_alter_table('default_views', schema=None) as batch_op:
        batch_op.create_index('ix_default_views_view', ['view_id'], unique=False)

    op.create_table('shortlists',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('requisition_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('opens_stage_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('submitted_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('submitted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decider_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['decider_id'], ['users.id'], name=op.f('fk_shortlists_decider_id')),
    sa.ForeignKeyConstraint(['opens_stage_id'], ['stages.id'], name=op.f('fk_shortlists_opens_stage_id')),
    sa.ForeignKeyConstraint(['requisition_id'], ['requisitions.id'], name=op.f('fk_shortlists_requisition_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['submitted_by_id'], ['users.id'], name=op.f('fk_shortlists_submitted_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_shortlists'))
    )
    with op.batch_alter_table('shortlists', schema=None) as batch_op:
        batch_op.create_index('ix_shortlists_decider', ['decider_id', 'id'], unique=False)
        batch_op.create_index('ix_shortlists_requisition', ['requisition_id', 'id'], unique=False)

    op.create_table('spells',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('opening_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('end', sa.Enum('filled', 'cancelled', 'voided', name='end', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('voided_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('("end" = \'voided\') = (voided_at IS NOT NULL) OR "end" IS NULL', name=op.f('ck_spells_voided_has_time')),
    sa.CheckConstraint('(ended_at IS NULL) = ("end" IS NULL)', name=op.f('ck_spells_end_has_time')),
    sa.ForeignKeyConstraint(['opening_id'], ['openings.id'], name=op.f('fk_spells_opening_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_spells'))
    )
    with op.batch_alter_table('spells', schema=None) as batch_op:
        batch_op.create_index('ix_spells_opening', ['opening_id'], unique=False)
        batch_op.create_index('uq_spells_open', ['opening_id'], unique=True, sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))

    op.create_table('application_cards',
    sa.Column('application_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('requisition_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('role', sa.Enum('ml_engineer', 'mlops_engineer', name='role', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('stage_key', sa.String(), nullable=True),
    sa.Column('entered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('must_haves', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('must_haves_assessed', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('waits_on', sa.Enum('person_set', 'hiring_manager', 'interviewers', 'scheduled', 'candidate', 'recruiter', name='waits_on', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('waits_on_user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('waits_since', sa.DateTime(timezone=True), nullable=True),
    sa.Column('late_from', sa.DateTime(timezone=True), nullable=True),
    sa.Column('next_interview_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('offer_expires_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('last_contact_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('contacts_out', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('new_reply_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['application_id'], ['applications.id'], name=op.f('fk_application_cards_application_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['requisition_id'], ['requisitions.id'], name=op.f('fk_application_cards_requisition_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['waits_on_user_id'], ['users.id'], name=op.f('fk_application_cards_waits_on_user_id')),
    sa.PrimaryKeyConstraint('application_id', name=op.f('pk_application_cards'))
    )
    with op.batch_alter_table('application_cards', schema=None) as batch_op:
        batch_op.create_index('ix_application_cards_desk', ['waits_on_user_id', 'stage_key', 'entered_at', 'application_id', 'requisition_id', 'late_from'], unique=False, sqlite_where=sa.text('waits_on_user_id IS NOT NULL'), postgresql_where=sa.text('waits_on_user_id IS NOT NULL'))
        batch_op.create_index('ix_application_cards_late_from', ['late_from'], unique=False, sqlite_where=sa.text('late_from IS NOT NULL'), postgresql_where=sa.text('late_from IS NOT NULL'))
        batch_op.create_index('ix_application_cards_late_on_user', ['waits_on_user_id', 'waits_on', 'late_from', 'requisition_id', 'stage_key', 'waits_since', 'application_id'], unique=False, sqlite_where=sa.text('waits_on_user_id IS NOT NULL'), postgresql_where=sa.text('waits_on_user_id IS NOT NULL'))
        batch_op.create_index('ix_application_cards_news_on_user', ['waits_on_user_id', 'waits_on'], unique=False, sqlite_where=sa.text('new_reply_at IS NOT NULL OR decided_at IS NOT NULL'), postgresql_where=sa.text('new_reply_at IS NOT NULL OR decided_at IS NOT NULL'))
        batch_op.create_index('ix_application_cards_role', ['role', 'stage_key', 'entered_at', 'application_id', 'requisition_id', 'late_from', 'waits_on_user_id'], unique=False, sqlite_where=sa.text('role IS NOT NULL'), postgresql_where=sa.text('role IS NOT NULL'))
        batch_op.create_index('ix_application_cards_waits_on_user', ['waits_on_user_id', 'waits_since'], unique=False, sqlite_where=sa.text('waits_on_user_id IS NOT NULL'), postgresql_where=sa.text('waits_on_user_id IS NOT NULL'))

    op.create_table('batch_items',
    sa.Column('batch_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('application_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('seen', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('outcome', sa.Enum('waiting', 'done', 'refused', 'undone', 'kept', name='outcome', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('why', sa.Text(), nullable=False),
    sa.Column('why_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('before', sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), 'postgresql'), nullable=True),
    sa.ForeignKeyConstraint(['application_id'], ['applications.id'], name=op.f('fk_batch_items_application_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['batch_id'], ['batches.id'], name=op.f('fk_batch_items_batch_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('batch_id', 'application_id', name=op.f('pk_batch_items'))
    )
    with op.batch_alter_table('batch_items', schema=None) as batch_op:
        batch_op.create_index('ix_batch_items_application', ['application_id'], unique=False)
        batch_op.create_index('ix_batch_items_outcome', ['batch_id', 'outcome', 'application_id'], unique=False)

    op.create_table('contacts',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('application_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('direction', sa.Enum('out', 'in', name='direction', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('channel', sa.Enum('email', 'phone', 'linkedin', 'meeting', 'other', name='channel', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('note', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['actor_id'], ['users.id'], name=op.f('fk_contacts_actor_id')),
    sa.ForeignKeyConstraint(['application_id'], ['applications.id'], name=op.f('fk_contacts_application_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contacts'))
    )
    with op.batch_alter_table('contacts', schema=None) as batch_op:
        batch_op.create_index('ix_contacts_application', ['application_id', 'at'], unique=False)

    op.create_table('events',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('requisition_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('candidate_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('application_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('subject_table', sa.String(), nullable=True),
    sa.Column('subject_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('data', sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), 'postgresql'), nullable=False),
    sa.ForeignKeyConstraint(['actor_id'], ['users.id'], name=op.f('fk_events_actor_id')),
    sa.ForeignKeyConstraint(['application_id'], ['applications.id'], name=op.f('fk_events_application_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['candidate_id'], ['candidates.id'], name=op.f('fk_events_candidate_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['requisition_id'], ['requisitions.id'], name=op.f('fk_events_requisition_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_events'))
    )
    with op.batch_alter_table('events', schema=None) as batch_op:
        batch_op.create_index('ix_events_application', ['application_id', 'id'], unique=False)
        batch_op.create_index('ix_events_candidate', ['candidate_id', 'id'], unique=False)
        batch_op.create_index('ix_events_requisition', ['requisition_id', 'id'], unique=False)
        batch_op.create_index('ix_events_requisition_at', ['requisition_id', 'at'], unique=False)
        batch_op.create_index('ix_events_subject', ['subject_table', 'subject_id', 'id'], unique=False)

    op.create_table('interviews',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('application_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('minutes', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('place', sa.String(), nullable=False),
    sa.Column('state', sa.Enum('planned', 'held', 'cancelled', name='state', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('held_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('cancelled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('cancel_reason', sa.Text(), nullable=False),
    sa.Column('created_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.CheckConstraint("(state = 'cancelled') = (cancelled_at IS NOT NULL)", name=op.f('ck_interviews_cancelled_has_time')),
    sa.CheckConstraint("(state = 'held') = (held_at IS NOT NULL)", name=op.f('ck_interviews_held_has_time')),
    sa.ForeignKeyConstraint(['application_id'], ['applications.id'], name=op.f('fk_interviews_application_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['created_by_id'], ['users.id'], name=op.f('fk_interviews_created_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_interviews'))
    )
    with op.batch_alter_table('interviews', schema=None) as batch_op:
        batch_op.create_index('ix_interviews_application', ['application_id', 'starts_at'], unique=False)
        batch_op.create_index('ix_interviews_starts_at', ['starts_at'], unique=False)

    op.create_table('offers',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('application_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['application_id'], ['applications.id'], name=op.f('fk_offers_application_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_offers')),
    sa.UniqueConstraint('application_id', name=op.f('uq_offers_application_id'))
    )
    op.create_table('set_waits',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('application_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('set_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('lifted_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['application_id'], ['applications.id'], name=op.f('fk_set_waits_application_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['set_by_id'], ['users.id'], name=op.f('fk_set_waits_set_by_id')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_set_waits_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_set_waits'))
    )
    with op.batch_alter_table('set_waits', schema=None) as batch_op:
        batch_op.create_index('uq_set_waits_open', ['application_id'], unique=True, sqlite_where=sa.text('lifted_at IS NULL'), postgresql_where=sa.text('lifted_at IS NULL'))

    op.create_table('shortlist_entries',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('shortlist_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('application_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('state', sa.Enum('pending', 'approved', 'declined', 'more_wanted', 'lapsed', name='state', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('round', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('pending_since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('lapsed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('put_forward_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('preference', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('version', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.CheckConstraint("(state = 'lapsed') = (lapsed_at IS NOT NULL)", name=op.f('ck_shortlist_entries_lapsed_has_time')),
    sa.ForeignKeyConstraint(['application_id'], ['applications.id'], name=op.f('fk_shortlist_entries_application_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['put_forward_by_id'], ['users.id'], name=op.f('fk_shortlist_entries_put_forward_by_id')),
    sa.ForeignKeyConstraint(['shortlist_id'], ['shortlists.id'], name=op.f('fk_shortlist_entries_shortlist_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_shortlist_entries')),
    sa.UniqueConstraint('shortlist_id', 'application_id', name=op.f('uq_shortlist_entries_shortlist_id_application_id'))
    )
    with op.batch_alter_table('shortlist_entries', schema=None) as batch_op:
        batch_op.create_index('ix_shortlist_entries_application', ['application_id', 'id'], unique=False)
        batch_op.create_index('uq_shortlist_entries_pending', ['application_id'], unique=True, sqlite_where=sa.text("state = 'pending'"), postgresql_where=sa.text("state = 'pending'"))

    op.create_table('stage_changes',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('application_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('seq', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.Enum('start', 'move', 'skip', 'back', 'reject', 'withdraw', 'close', 'hire', 'reopen', 'unhire', 'undo', name='kind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('from_stage_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('to_stage_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('from_status', sa.Enum('active', 'hired', 'rejected', 'withdrawn', 'closed', name='from_status', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('to_status', sa.Enum('active', 'hired', 'rejected', 'withdrawn', 'closed', name='to_status', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('from_stage_entered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('happened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('comment', sa.Text(), nullable=False),
    sa.Column('undoes_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('batch', sa.String(), nullable=True),
    sa.CheckConstraint("(kind = 'undo') = (undoes_id IS NOT NULL)", name=op.f('ck_stage_changes_undo_names_change')),
    sa.ForeignKeyConstraint(['actor_id'], ['users.id'], name=op.f('fk_stage_changes_actor_id')),
    sa.ForeignKeyConstraint(['application_id'], ['applications.id'], name=op.f('fk_stage_changes_application_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['from_stage_id'], ['stages.id'], name=op.f('fk_stage_changes_from_stage_id')),
    sa.ForeignKeyConstraint(['to_stage_id'], ['stages.id'], name=op.f('fk_stage_changes_to_stage_id')),
    sa.ForeignKeyConstraint(['undoes_id'], ['stage_changes.id'], name=op.f('fk_stage_changes_undoes_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stage_changes')),
    sa.UniqueConstraint('application_id', 'seq', name=op.f('uq_stage_changes_application_id_seq')),
    sa.UniqueConstraint('undoes_id', name=op.f('uq_stage_changes_undoes_id'))
    )
    with op.batch_alter_table('stage_changes', schema=None) as batch_op:
        batch_op.create_index('ix_stage_changes_batch', ['batch'], unique=False)
        batch_op.create_index('ix_stage_changes_happened', ['happened_at'], unique=False)

    op.create_table('waits',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('application_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('reason', sa.Enum('person_set', 'hiring_manager', 'interviewers', 'scheduled', 'candidate', 'recruiter', name='reason', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('until', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('until IS NULL OR until >= since', name=op.f('ck_waits_order')),
    sa.ForeignKeyConstraint(['application_id'], ['applications.id'], name=op.f('fk_waits_application_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_waits_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_waits'))
    )
    with op.batch_alter_table('waits', schema=None) as batch_op:
        batch_op.create_index('ix_waits_application', ['application_id', 'since'], unique=False)
        batch_op.create_index('uq_waits_open', ['application_id'], unique=True, sqlite_where=sa.text('until IS NULL'), postgresql_where=sa.text('until IS NULL'))

    op.create_table('entry_decisions',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('entry_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('round', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('state', sa.Enum('pending', 'approved', 'declined', 'more_wanted', 'lapsed', name='state', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('decided_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('own', sa.Boolean(), nullable=False),
    sa.Column('comment', sa.Text(), nullable=False),
    sa.CheckConstraint("state IN ('approved', 'declined', 'more_wanted')", name=op.f('ck_entry_decisions_is_decision')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['users.id'], name=op.f('fk_entry_decisions_decided_by_id')),
    sa.ForeignKeyConstraint(['entry_id'], ['shortlist_entries.id'], name=op.f('fk_entry_decisions_entry_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_entry_decisions')),
    sa.UniqueConstraint('entry_id', 'round', name=op.f('uq_entry_decisions_entry_id_round'))
    )
    op.create_table('evidence_snapshots',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('entry_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('round', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('moment', sa.Enum('submitted', 'decided', name='moment', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('taken_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('digest', sa.String(), nullable=False),
    sa.Column('evidence', sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), 'postgresql'), nullable=False),
    sa.ForeignKeyConstraint(['entry_id'], ['shortlist_entries.id'], name=op.f('fk_evidence_snapshots_entry_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_evidence_snapshots')),
    sa.UniqueConstraint('entry_id', 'round', 'moment', name=op.f('uq_evidence_snapshots_entry_id_round_moment'))
    )
    op.create_table('interview_seats',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('interview_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('scorecard_due_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['interview_id'], ['interviews.id'], name=op.f('fk_interview_seats_interview_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_interview_seats_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_interview_seats')),
    sa.UniqueConstraint('interview_id', 'user_id', name=op.f('uq_interview_seats_interview_id_user_id'))
    )
    with op.batch_alter_table('interview_seats', schema=None) as batch_op:
        batch_op.create_index('ix_interview_seats_user', ['user_id', 'scorecard_due_at'], unique=False)

    op.create_table('offer_versions',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('offer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('state', sa.Enum('draft', 'pending_approval', 'approved', 'extended', 'accepted', 'declined', 'expired', 'rescinded', 'superseded', name='state', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('salary', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('currency', sa.String(), nullable=False),
    sa.Column('period', sa.Enum('year', 'month', 'day', 'hour', name='period', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=True),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('terms', sa.Text(), nullable=False),
    sa.Column('created_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('extended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('resolved_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('resolved_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('overcommit_reason', sa.Text(), nullable=False),
    sa.CheckConstraint("(state IN ('accepted', 'declined', 'expired', 'rescinded', 'superseded')) = (resolved_at IS NOT NULL)", name=op.f('ck_offer_versions_resolved_has_time')),
    sa.CheckConstraint('salary > 0', name=op.f('ck_offer_versions_salary')),
    sa.ForeignKeyConstraint(['created_by_id'], ['users.id'], name=op.f('fk_offer_versions_created_by_id')),
    sa.ForeignKeyConstraint(['offer_id'], ['offers.id'], name=op.f('fk_offer_versions_offer_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['resolved_by_id'], ['users.id'], name=op.f('fk_offer_versions_resolved_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_offer_versions')),
    sa.UniqueConstraint('offer_id', 'number', name=op.f('uq_offer_versions_offer_id_number'))
    )
    with op.batch_alter_table('offer_versions', schema=None) as batch_op:
        batch_op.create_index('ix_offer_versions_expiry', ['state', 'expires_at'], unique=False)
        batch_op.create_index('uq_offer_versions_live', ['offer_id'], unique=True, sqlite_where=sa.text("state IN ('draft', 'pending_approval', 'approved', 'extended')"), postgresql_where=sa.text("state IN ('draft', 'pending_approval', 'approved', 'extended')"))

    op.create_table('outbox_messages',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('dedupe_key', sa.String(), nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('candidate_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('stage_change_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('resend_of_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('facts', sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), 'postgresql'), nullable=False),
    sa.Column('state', sa.Enum('queued', 'sending', 'sent', 'uncertain', 'failed', 'cancelled', name='state', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('attempts', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('lease_token', sa.String(), nullable=True),
    sa.Column('leased_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('message_id', sa.String(), nullable=True),
    sa.Column('subject', sa.String(), nullable=True),
    sa.Column('body', sa.LargeBinary(), nullable=True),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('error', sa.String(), nullable=True),
    sa.ForeignKeyConstraint(['candidate_id'], ['candidates.id'], name=op.f('fk_outbox_messages_candidate_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['resend_of_id'], ['outbox_messages.id'], name=op.f('fk_outbox_messages_resend_of_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['stage_change_id'], ['stage_changes.id'], name=op.f('fk_outbox_messages_stage_change_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_outbox_messages_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outbox_messages')),
    sa.UniqueConstraint('dedupe_key', name=op.f('uq_outbox_messages_dedupe_key'))
    )
    with op.batch_alter_table('outbox_messages', schema=None) as batch_op:
        batch_op.create_index('ix_outbox_messages_due', ['due_at', 'id'], unique=False, sqlite_where=sa.text("state IN ('queued', 'sending', 'uncertain')"), postgresql_where=sa.text("state IN ('queued', 'sending', 'uncertain')"))
        batch_op.create_index('ix_outbox_messages_stage_change', ['stage_change_id'], unique=False)
        batch_op.create_index('ix_outbox_messages_user', ['user_id', 'id'], unique=False)

    op.create_table('waivers',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('entry_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('item_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('waived_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('waived_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['entry_id'], ['shortlist_entries.id'], name=op.f('fk_waivers_entry_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['item_id'], ['checklist_items.id'], name=op.f('fk_waivers_item_id')),
    sa.ForeignKeyConstraint(['waived_by_id'], ['users.id'], name=op.f('fk_waivers_waived_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_waivers')),
    sa.UniqueConstraint('entry_id', 'item_id', name=op.f('uq_waivers_entry_id_item_id'))
    )
    op.create_table('approvals',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('kind', sa.Enum('requisition', 'offer', name='kind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('requisition_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('offer_version_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('step', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('approver_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('state', sa.Enum('pending', 'approved', 'declined', 'void', name='state', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('requested_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('requested_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('comment', sa.Text(), nullable=False),
    sa.CheckConstraint("(kind = 'offer') = (offer_version_id IS NOT NULL)", name=op.f('ck_approvals_offer_has_version')),
    sa.CheckConstraint("(state IN ('approved', 'declined')) = (decided_at IS NOT NULL)", name=op.f('ck_approvals_decided_has_time')),
    sa.ForeignKeyConstraint(['approver_id'], ['users.id'], name=op.f('fk_approvals_approver_id')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['users.id'], name=op.f('fk_approvals_decided_by_id')),
    sa.ForeignKeyConstraint(['offer_version_id'], ['offer_versions.id'], name=op.f('fk_approvals_offer_version_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['requested_by_id'], ['users.id'], name=op.f('fk_approvals_requested_by_id')),
    sa.ForeignKeyConstraint(['requisition_id'], ['requisitions.id'], name=op.f('fk_approvals_requisition_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_approvals'))
    )
    with op.batch_alter_table('approvals', schema=None) as batch_op:
        batch_op.create_index('ix_approvals_approver', ['approver_id', 'state'], unique=False)
        batch_op.create_index('ix_approvals_requisition', ['requisition_id'], unique=False)
        batch_op.create_index('uq_approvals_pending_offer', ['offer_version_id', 'step'], unique=True, sqlite_where=sa.text("state = 'pending' AND kind = 'offer'"), postgresql_where=sa.text("state = 'pending' AND kind = 'offer'"))
        batch_op.create_index('uq_approvals_pending_requisition', ['requisition_id', 'step'], unique=True, sqlite_where=sa.text("state = 'pending' AND kind = 'requisition'"), postgresql_where=sa.text("state = 'pending' AND kind = 'requisition'"))

    op.create_table('hires',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('application_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('spell_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('offer_version_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('accepted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('voided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('voided_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('void_reason', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['application_id'], ['applications.id'], name=op.f('fk_hires_application_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['offer_version_id'], ['offer_versions.id'], name=op.f('fk_hires_offer_version_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['users.id'], name=op.f('fk_hires_recorded_by_id')),
    sa.ForeignKeyConstraint(['spell_id'], ['spells.id'], name=op.f('fk_hires_spell_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['voided_by_id'], ['users.id'], name=op.f('fk_hires_voided_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_hires'))
    )
    with op.batch_alter_table('hires', schema=None) as batch_op:
        batch_op.create_index('uq_hires_application', ['application_id'], unique=True, sqlite_where=sa.text('voided_at IS NULL'), postgresql_where=sa.text('voided_at IS NULL'))
        batch_op.create_index('uq_hires_spell', ['spell_id'], unique=True, sqlite_where=sa.text('voided_at IS NULL'), postgresql_where=sa.text('voided_at IS NULL'))

    op.create_table('reminder_occurrences',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('rule', sa.Enum('offer_expiring', 'shortlist_waiting', 'scorecard_due', 'stage_late', 'requisition_late', name='rule', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('subject_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('waiting_since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('n', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('requisition_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('application_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('local_date', sa.Date(), nullable=False),
    sa.Column('outbox_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['application_id'], ['applications.id'], name=op.f('fk_reminder_occurrences_application_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['outbox_id'], ['outbox_messages.id'], name=op.f('fk_reminder_occurrences_outbox_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['requisition_id'], ['requisitions.id'], name=op.f('fk_reminder_occurrences_requisition_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_reminder_occurrences_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reminder_occurrences')),
    sa.UniqueConstraint('rule', 'subject_id', 'waiting_since', 'n', 'user_id', name='uq_reminder_occurrences_once')
    )
    with op.batch_alter_table('reminder_occurrences', schema=None) as batch_op:
        batch_op.create_index('ix_reminder_occurrences_user', ['user_id', 'local_date'], unique=False)

    op.create_table('scorecards',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('application_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('seat_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('assessor_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('recommendation', sa.Enum('strong_yes', 'yes', 'undecided', 'no', name='recommendation', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('summary', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('submitted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.CheckConstraint('submitted_at IS NULL OR recommendation IS NOT NULL', name=op.f('ck_scorecards_submitted_recommends')),
    sa.ForeignKeyConstraint(['application_id'], ['applications.id'], name=op.f('fk_scorecards_application_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['assessor_id'], ['users.id'], name=op.f('fk_scorecards_assessor_id')),
    sa.ForeignKeyConstraint(['seat_id'], ['interview_seats.id'], name=op.f('fk_scorecards_seat_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_scorecards')),
    sa.UniqueConstraint('seat_id', name=op.f('uq_scorecards_seat_id'))
    )
    with op.batch_alter_table('scorecards', schema=None) as batch_op:
        batch_op.create_index('ix_scorecards_application', ['application_id', 'submitted_at'], unique=False)
        batch_op.create_index('ix_scorecards_assessor', ['assessor_id', 'submitted_at'], unique=False)

    op.create_table('summaries',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('iso_week', sa.String(), nullable=False),
    sa.Column('window_from', sa.DateTime(timezone=True), nullable=False),
    sa.Column('as_of', sa.DateTime(timezone=True), nullable=False),
    sa.Column('facts', sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), 'postgresql'), nullable=False),
    sa.Column('outbox_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['outbox_id'], ['outbox_messages.id'], name=op.f('fk_summaries_outbox_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_summaries_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_summaries')),
    sa.UniqueConstraint('user_id', 'iso_week', name=op.f('uq_summaries_user_id_iso_week'))
    )
    op.create_table('hire_figures',
    sa.Column('hire_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('requisition_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('accepted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('days_to_hire', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('days_from_first_contact', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('days_from_response', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('days_to_fill_gross', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('days_to_fill_net', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('waiting', sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), 'postgresql'), nullable=False),
    sa.Column('computed_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['hire_id'], ['hires.id'], name=op.f('fk_hire_figures_hire_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['requisition_id'], ['requisitions.id'], name=op.f('fk_hire_figures_requisition_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('hire_id', name=op.f('pk_hire_figures'))
    )
    with op.batch_alter_table('hire_figures', schema=None) as batch_op:
        batch_op.create_index('ix_hire_figures_accepted_at', ['accepted_at'], unique=False)
        batch_op.create_index('ix_hire_figures_requisition', ['requisition_id'], unique=False)

    op.create_table('scorecard_ratings',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('scorecard_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('item_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('rating', sa.Enum('strong_yes', 'yes', 'mixed', 'no', 'not_assessed', name='rating', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('evidence', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['item_id'], ['checklist_items.id'], name=op.f('fk_scorecard_ratings_item_id')),
    sa.ForeignKeyConstraint(['scorecard_id'], ['scorecards.id'], name=op.f('fk_scorecard_ratings_scorecard_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_scorecard_ratings')),
    sa.UniqueConstraint('scorecard_id', 'item_id', name=op.f('uq_scorecard_ratings_scorecard_id_item_id'))
    )
    with op.batch_alter_table('scorecard_ratings', schema=None) as batch_op:
        batch_op.create_index('ix_scorecard_ratings_item', ['item_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('scorecard_ratings', schema=None) as batch_op:
        batch_op.drop_index('ix_scorecard_ratings_item')

    op.drop_table('scorecard_ratings')
    with op.batch_alter_table('hire_figures', schema=None) as batch_op:
        batch_op.drop_index('ix_hire_figures_requisition')
        batch_op.drop_index('ix_hire_figures_accepted_at')

    op.drop_table('hire_figures')
    op.drop_table('summaries')
    with op.batch_alter_table('scorecards', schema=None) as batch_op:
        batch_op.drop_index('ix_scorecards_assessor')
        batch_op.drop_index('ix_scorecards_application')

    op.drop_table('scorecards')
    with op.batch_alter_table('reminder_occurrences', schema=None) as batch_op:
        batch_op.drop_index('ix_reminder_occurrences_user')

    op.drop_table('reminder_occurrences')
    with op.batch_alter_table('hires', schema=None) as batch_op:
        batch_op.drop_index('uq_hires_spell', sqlite_where=sa.text('voided_at IS NULL'), postgresql_where=sa.text('voided_at IS NULL'))
        batch_op.drop_index('uq_hires_application', sqlite_where=sa.text('voided_at IS NULL'), postgresql_where=sa.text('voided_at IS NULL'))

    op.drop_table('hires')
    with op.batch_alter_table('approvals', schema=None) as batch_op:
        batch_op.drop_index('uq_approvals_pending_requisition', sqlite_where=sa.text("state = 'pending' AND kind = 'requisition'"), postgresql_where=sa.text("state = 'pending' AND kind = 'requisition'"))
        batch_op.drop_index('uq_approvals_pending_offer', sqlite_where=sa.text("state = 'pending' AND kind = 'offer'"), postgresql_where=sa.text("state = 'pending' AND kind = 'offer'"))
        batch_op.drop_index('ix_approvals_requisition')
        batch_op.drop_index('ix_approvals_approver')

    op.drop_table('approvals')
    op.drop_table('waivers')
    with op.batch_alter_table('outbox_messages', schema=None) as batch_op:
        batch_op.drop_index('ix_outbox_messages_user')
        batch_op.drop_index('ix_outbox_messages_stage_change')
        batch_op.drop_index('ix_outbox_messages_due', sqlite_where=sa.text("state IN ('queued', 'sending', 'uncertain')"), postgresql_where=sa.text("state IN ('queued', 'sending', 'uncertain')"))

    op.drop_table('outbox_messages')
    with op.batch_alter_table('offer_versions', schema=None) as batch_op:
        batch_op.drop_index('uq_offer_versions_live', sqlite_where=sa.text("state IN ('draft', 'pending_approval', 'approved', 'extended')"), postgresql_where=sa.text("state IN ('draft', 'pending_approval', 'approved', 'extended')"))
        batch_op.drop_index('ix_offer_versions_expiry')

    op.drop_table('offer_versions')
    with op.batch_alter_table('interview_seats', schema=None) as batch_op:
        batch_op.drop_index('ix_interview_seats_user')

    op.drop_table('interview_seats')
    op.drop_table('evidence_snapshots')
    op.drop_table('entry_decisions')
    with op.batch_alter_table('waits', schema=None) as batch_op:
        batch_op.drop_index('uq_waits_open', sqlite_where=sa.text('until IS NULL'), postgresql_where=sa.text('until IS NULL'))
        batch_op.drop_index('ix_waits_application')

    op.drop_table('waits')
    with op.batch_alter_table('stage_changes', schema=None) as batch_op:
        batch_op.drop_index('ix_stage_changes_happened')
        batch_op.drop_index('ix_stage_changes_batch')

    op.drop_table('stage_changes')
    with op.batch_alter_table('shortlist_entries', schema=None) as batch_op:
        batch_op.drop_index('uq_shortlist_entries_pending', sqlite_where=sa.text("state = 'pending'"), postgresql_where=sa.text("state = 'pending'"))
        batch_op.drop_index('ix_shortlist_entries_application')

    op.drop_table('shortlist_entries')
    with op.batch_alter_table('set_waits', schema=None) as batch_op:
        batch_op.drop_index('uq_set_waits_open', sqlite_where=sa.text('lifted_at IS NULL'), postgresql_where=sa.text('lifted_at IS NULL'))

    op.drop_table('set_waits')
    op.drop_table('offers')
    with op.batch_alter_table('interviews', schema=None) as batch_op:
        batch_op.drop_index('ix_interviews_starts_at')
        batch_op.drop_index('ix_interviews_application')

    op.drop_table('interviews')
    with op.batch_alter_table('events', schema=None) as batch_op:
        batch_op.drop_index('ix_events_subject')
        batch_op.drop_index('ix_events_requisition_at')
        batch_op.drop_index('ix_events_requisition')
        batch_op.drop_index('ix_events_candidate')
        batch_op.drop_index('ix_events_application')

    op.drop_table('events')
    with op.batch_alter_table('contacts', schema=None) as batch_op:
        batch_op.drop_index('ix_contacts_application')

    op.drop_table('contacts')
    with op.batch_alter_table('batch_items', schema=None) as batch_op:
        batch_op.drop_index('ix_batch_items_outcome')
        batch_op.drop_index('ix_batch_items_application')

    op.drop_table('batch_items')
    with op.batch_alter_table('application_cards', schema=None) as batch_op:
        batch_op.drop_index('ix_application_cards_waits_on_user', sqlite_where=sa.text('waits_on_user_id IS NOT NULL'), postgresql_where=sa.text('waits_on_user_id IS NOT NULL'))
        batch_op.drop_index('ix_application_cards_role', sqlite_where=sa.text('role IS NOT NULL'), postgresql_where=sa.text('role IS NOT NULL'))
        batch_op.drop_index('ix_application_cards_news_on_user', sqlite_where=sa.text('new_reply_at IS NOT NULL OR decided_at IS NOT NULL'), postgresql_where=sa.text('new_reply_at IS NOT NULL OR decided_at IS NOT NULL'))
        batch_op.drop_index('ix_application_cards_late_on_user', sqlite_where=sa.text('waits_on_user_id IS NOT NULL'), postgresql_where=sa.text('waits_on_user_id IS NOT NULL'))
        batch_op.drop_index('ix_application_cards_late_from', sqlite_where=sa.text('late_from IS NOT NULL'), postgresql_where=sa.text('late_from IS NOT NULL'))
        batch_op.drop_index('ix_application_cards_desk', sqlite_where=sa.text('waits_on_user_id IS NOT NULL'), postgresql_where=sa.text('waits_on_user_id IS NOT NULL'))

    op.drop_table('application_cards')
    with op.batch_alter_table('spells', schema=None) as batch_op:
        batch_op.drop_index('uq_spells_open', sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))
        batch_op.drop_index('ix_spells_opening')

    op.drop_table('spells')
    with op.batch_alter_table('shortlists', schema=None) as batch_op:
        batch_op.drop_index('ix_shortlists_requisition')
        batch_op.drop_index('ix_shortlists_decider')

    op.drop_table('shortlists')
    with op.batch_alter_table('default_views', schema=None) as batch_op:
        batch_op.drop_index('ix_default_views_view')

    op.drop_table('default_views')
    with op.batch_alter_table('applications', schema=None) as batch_op:
        batch_op.drop_index('uq_applications_active', sqlite_where=sa.text("status = 'active'"), postgresql_where=sa.text("status = 'active'"))
        batch_op.drop_index('ix_applications_transferred')
        batch_op.drop_index('ix_applications_stage')
        batch_op.drop_index('ix_applications_column')
        batch_op.drop_index('ix_applications_candidate')

    op.drop_table('applications')
    with op.batch_alter_table('team_members', schema=None) as batch_op:
        batch_op.drop_index('ix_team_members_user')

    op.drop_table('team_members')
    with op.batch_alter_table('stages', schema=None) as batch_op:
        batch_op.drop_index('ix_stages_requisition')

    op.drop_table('stages')
    with op.batch_alter_table('saved_views', schema=None) as batch_op:
        batch_op.drop_index('ix_saved_views_requisition')

    op.drop_table('saved_views')
    op.drop_table('openings')
    with op.batch_alter_table('holds', schema=None) as batch_op:
        batch_op.drop_index('uq_holds_open', sqlite_where=sa.text('resumed_at IS NULL'), postgresql_where=sa.text('resumed_at IS NULL'))
        batch_op.drop_index('ix_holds_requisition')

    op.drop_table('holds')
    with op.batch_alter_table('checklist_items', schema=None) as batch_op:
        batch_op.drop_index('ix_checklist_items_requisition')

    op.drop_table('checklist_items')
    with op.batch_alter_table('candidate_tags', schema=None) as batch_op:
        batch_op.drop_index('ix_candidate_tags_tag')

    op.drop_table('candidate_tags')
    with op.batch_alter_table('candidate_search_words', schema=None) as batch_op:
        batch_op.drop_index('ix_candidate_search_words_candidate')

    op.drop_table('candidate_search_words')
    with op.batch_alter_table('candidate_notes', schema=None) as batch_op:
        batch_op.drop_index('ix_candidate_notes_candidate')

    op.drop_table('candidate_notes')
    with op.batch_alter_table('candidate_imports', schema=None) as batch_op:
        batch_op.drop_index('ix_candidate_imports_state')
        batch_op.drop_index('ix_candidate_imports_requisition')

    op.drop_table('candidate_imports')
    with op.batch_alter_table('candidate_files', schema=None) as batch_op:
        batch_op.drop_index('ix_candidate_files_sha256')

    op.drop_table('candidate_files')
    op.drop_table('board_pulses')
    op.drop_table('user_roles')
    op.drop_table('user_preferences')
    with op.batch_alter_table('template_stages', schema=None) as batch_op:
        batch_op.drop_index('ix_template_stages_template')

    op.drop_table('template_stages')
    op.drop_table('tags')
    with op.batch_alter_table('summary_schedules', schema=None) as batch_op:
        batch_op.drop_index('ix_summary_schedules_due')

    op.drop_table('summary_schedules')
    with op.batch_alter_table('requisitions', schema=None) as batch_op:
        batch_op.drop_index('ix_requisitions_state')

    op.drop_table('requisitions')
    with op.batch_alter_table('candidates', schema=None) as batch_op:
        batch_op.drop_index('uq_candidates_email_key', sqlite_where=sa.text('email_key IS NOT NULL'), postgresql_where=sa.text('email_key IS NOT NULL'))
        batch_op.drop_index('ix_candidates_search_name', postgresql_ops={'search_name': 'text_pattern_ops'})
        batch_op.drop_index('ix_candidates_phone_key')
        batch_op.drop_index('ix_candidates_linkedin_url')

    op.drop_table('candidates')
    with op.batch_alter_table('batches', schema=None) as batch_op:
        batch_op.drop_index('ix_batches_unfinished', sqlite_where=sa.text('finished_at IS NULL'), postgresql_where=sa.text('finished_at IS NULL'))
        batch_op.drop_index('ix_batches_undone', sqlite_where=sa.text('undone_at IS NOT NULL'), postgresql_where=sa.text('undone_at IS NOT NULL'))

    op.drop_table('batches')
    with op.batch_alter_table('access_links', schema=None) as batch_op:
        batch_op.drop_index('ix_access_links_user')

    op.drop_table('access_links')
    op.drop_table('users')
    op.drop_table('tick_runs')
    op.drop_table('stored_files')
    op.drop_table('stage_templates')
    with op.batch_alter_table('sent_forms', schema=None) as batch_op:
        batch_op.drop_index('ix_sent_forms_sent_at')

    op.drop_table('sent_forms')
    op.drop_table('requisition_counters')
    op.drop_table('organisation_settings')
